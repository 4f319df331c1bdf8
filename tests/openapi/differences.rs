//! Every row of docs/differences.md is told by the operations it is about, as long as it is in force.

use serde_json::{Value, json};

use super::{document, everything_on, operations};
use crate::house::root;

/// Rows that no operation tells, by how they start, and why.
const NOT_OF_AN_OPERATION: &[(&str, &str)] = &[
    ("The login form takes passwords only", "Django's page"),
    ("OpenID Connect off, with DEBUG", "what is off is not described"),
    ("applications: a client_id", "a page for people"),
    ("applications, authorized_tokens: a slug", "pages for people"),
    ("`createapplication` writes errors", "a command"),
    ("An application that was deleted while", "a page for people"),
    ("DELETE on an authorized token", "a page for people"),
    ("Templates of the token pages", "a page for people"),
    ("A wrong password change form", "Django's page"),
    ("`cleartokens` tells on stderr", "a command"),
    ("`migrate` goes to 3.4.1 as a whole", "a command"),
    ("`migrate` upgrades a database of DOT 1.0.0", "a command"),
    ("A date of a row that nobody can read", "of rows that others wrote"),
    ("A SQLite file is not mapped into memory", "a client cannot see it"),
    ("Each answer carries `X-Request-Id`", "told once, for all operations"),
    ("A request whose body or head", "told once, for all operations"),
    ("anything: the database", "told once, for all operations"),
    ("With `redirect_authenticated_user` a `next`", "Django's page"),
    ("The discovery document leaves out an endpoint", "the document tells the endpoints that are there"),
    ("A page of slash-o's own leaves out a link", "pages for people"),
    ("anything: a transaction", "a client cannot see it"),
    ("A session in a cache that holds Python objects", "of sessions, which are Django's"),
    ("Password hashes and device codes are not handed", "of templates"),
    ("The `url` of a file column", "of templates"),
    ("With LoginRequiredMiddleware a protected route", "the project's own routes"),
    ("`OAUTH2_VALIDATOR_CLASS` of a project is refused", "a setting"),
    ("The signal `app_authorized` is a log event", "of no answer"),
    ("A host that is not allowed is 400", "of Django's layers"),
    ("Sessions, users and CSRF tokens are looked at", "of Django's layers"),
];

/// The first cell of each row, and its switch.
fn rows() -> Vec<(String, Option<String>)> {
    let page = std::fs::read_to_string(root().join("docs/differences.md")).unwrap();
    let mut out = Vec::new();
    for line in page.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if ["difference", "request"].contains(&cells[0]) {
            continue;
        }
        let switch = cells.last().filter(|cell| cell.ends_with(" = \"dot\"`"));
        out.push((cells[0].to_owned(), switch.map(|cell| cell.trim_matches('`').replace(" = \"dot\"", ""))));
    }
    assert!(out.len() > 60, "only {} rows", out.len());
    out
}

fn descriptions(document: &Value) -> Vec<(String, String)> {
    let all = operations(document).into_iter();
    all.map(|(method, path, o)| (format!("{method} {path}"), o["description"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn every_row_is_told_by_an_operation_or_is_on_the_list() {
    let document = document(everything_on());
    let told = descriptions(&document);
    for (row, _) in rows() {
        let is_listed = NOT_OF_AN_OPERATION.iter().any(|(start, _)| row.starts_with(start));
        let is_told = told.iter().any(|(_, text)| text.contains(&row));
        assert!(is_told || is_listed, "no operation tells: {row}");
        assert!(!(is_told && is_listed), "told and on the list: {row}");
    }
    for (start, _) in NOT_OF_AN_OPERATION {
        assert!(rows().iter().any(|(row, _)| row.starts_with(start)), "on the list, but no row: {start}");
    }
    let info = document["info"]["description"].as_str().unwrap();
    assert!(info.contains("X-Request-Id") && info.contains("408") && info.contains("Retry-After"), "{info}");
}

#[test]
fn a_row_outside_of_a_table_would_not_be_told() {
    // A row that is added below other text starts a table of its own, and would be its head.
    let page = std::fs::read_to_string(root().join("docs/differences.md")).unwrap();
    let mut before = "";
    for line in page.lines() {
        if line.starts_with('|') && !before.starts_with('|') {
            assert!(
                ["| difference", "| request"].iter().any(|head| line.starts_with(head)),
                "no table: {line}"
            );
        }
        before = line;
    }
}

#[test]
fn a_put_tells_what_the_post_tells() {
    let told = descriptions(&document(everything_on()));
    let of = |name: &str| told.iter().find(|(known, _)| known == name).map(|(_, text)| text).unwrap();
    for path in ["/authorize/", "/device/", "/device-confirm/{client_id}/{user_code}", "/logout/"] {
        let list = |text: &str| {
            text.split_once("<summary>Where this differs from DOT").map(|(_, list)| list.to_owned())
        };
        let post = list(of(&format!("post {path}")));
        assert!(post.is_some(), "{path}");
        assert_eq!(list(of(&format!("put {path}"))), post, "{path}");
    }
}

#[test]
fn what_is_switched_back_is_told_no_more() {
    for (row, switch) in rows() {
        let Some(switch) = switch else { continue };
        let mut settings = everything_on();
        settings["server"] = json!({ "compat": { switch.as_str(): "dot" } });
        let text = document(settings).to_string();
        let row = Value::from(row).to_string();
        assert!(
            !text.contains(row.trim_matches('"')),
            "{switch} is \"dot\", and the description says: {row}"
        );
    }
}
