//! The report as a page that may be shown around: made of an allow-list. Paths of the configuration, methods, statuses, names of
//! headers, cookies and parameters; no value of any of them, no body, no name of a client or a user.

use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::declared::Difference;
use super::report::{Count, Report};
use super::request::Ask;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>slash-o compare</title>\n\
    <style>body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }\n\
    table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .2rem .6rem; \
    border-bottom: 1px solid #ccc } code { overflow-wrap: anywhere }</style>\n</head>\n<body>\n";

/// Writes the page for its owner alone. A file that stands there is replaced.
///
/// # Errors
/// The file system's own.
pub fn write(report: &Report, path: &Path) -> std::io::Result<()> {
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    // The mode of a file that stood there before.
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.write_all(page(report).as_bytes())
}

fn page(report: &Report) -> String {
    let count = report.count();
    let mut out = format!(
        "{HEAD}<h1>slash-o compare: {} of 100</h1>\n<p>{} requests: {}.</p>\n",
        count.score(),
        count.all(),
        count.told()
    );
    if report.stopped.is_some() {
        out.push_str("<p><strong>The run was stopped: Django answered with errors.</strong></p>\n");
    }
    out.push_str("<table>\n<tr><th>URL</th><th>outcome</th></tr>\n");
    for (path, outcomes) in report.paths() {
        let told = Count::of(outcomes.iter().copied()).told();
        out.push_str(&format!("<tr><td><code>{}</code></td><td>{told}</td></tr>\n", escaped(path)));
    }
    out.push_str("</table>\n");
    let lines = report.lines();
    if !lines.is_empty() {
        out.push_str("<h2>Different on purpose (docs/differences.md)</h2>\n<ul>\n");
        for (line, count) in lines {
            out.push_str(&format!("<li>{count} times: {}</li>\n", escaped(line)));
        }
        out.push_str("</ul>\n");
    }
    if count.different > 0 {
        out.push_str("<h2>Different</h2>\n<ul>\n");
        for (ask, differences) in report.different() {
            out.push_str(&format!("<li>{}\n<ul>\n", told(ask)));
            for difference in differences {
                out.push_str(&format!("<li>{}</li>\n", told_difference(difference)));
            }
            out.push_str("</ul></li>\n");
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// Method, path as configured, names of the parameters and of the headers that the request has.
fn told(ask: &Ask) -> String {
    let query = ask.target.split_once('?').map_or("", |(_, query)| query);
    let pairs = [query, ask.body.as_deref().unwrap_or_default()];
    let names = pairs.iter().flat_map(|text| form_urlencoded::parse(text.as_bytes()));
    let mut names: Vec<String> = names.map(|(name, _)| name.into_owned()).collect();
    names.extend(ask.headers.iter().map(|(name, _)| name.as_str().to_owned()));
    let names: Vec<String> = names.iter().map(|name| format!("<code>{}</code>", escaped(name))).collect();
    let with = if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) };
    let who = if ask.is_of_user { ", by a user" } else { "" };
    format!("<code>{} {}</code>{with}{who}", ask.method, escaped(&ask.path))
}

/// What differs; of values only the status.
fn told_difference(difference: &Difference) -> String {
    let field = escaped(&difference.field);
    match difference.field.as_str() {
        "status" => format!(
            "status: Django {}, slash-o {}",
            escaped(&difference.django),
            escaped(&difference.slash_o)
        ),
        _ => field,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::compare::report::Outcome;
    use crate::compare::verdict::Verdict;

    #[test]
    fn the_page_holds_names_and_no_values() {
        let ask =
            Ask::new(None, "/o/x/<slug:pk>/", Method::GET, "/o/x/77/").query(&[("client_id", "the-client")]);
        let ask = ask.header(http::header::COOKIE, "sessionid=secret");
        let different = |field: &str| Difference {
            field: field.into(),
            django: "a team's <b>words</b> 302".into(),
            slash_o: "more words".into(),
        };
        let verdict = Verdict::Different(vec![
            different("body"),
            different("header location"),
            different("cookie sessionid"),
        ]);
        let report = Report { outcomes: vec![Outcome { ask, verdict }], ..Report::default() };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        std::fs::write(&path, "before").unwrap();
        write(&report, &path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let page = std::fs::read_to_string(&path).unwrap();
        for shown in
            ["/o/x/&lt;slug:pk&gt;/", "client_id", "cookie", "body", "header location", "1 different"]
        {
            assert!(page.contains(shown), "{shown}\n{page}");
        }
        for hidden in ["77", "the-client", "secret", "words", "before"] {
            assert!(!page.contains(hidden), "{hidden}\n{page}");
        }
    }
}
