//! What a template needs and the engine lacks, and the URLs of static files.

#![allow(clippy::unwrap_used)]

use chrono::DateTime;
use django_template::{Context, Engine, Finding, Kind, Memory, Options, Settings};

fn engine(text: &str) -> Engine {
    Engine::new(Memory::new().with("page.html", text))
}

fn render(engine: &Engine) -> String {
    let options = Options::new(DateTime::from_timestamp(0, 0).unwrap());
    engine.render("page.html", &Context::new().with("a", "x"), &options).unwrap()
}

#[test]
fn a_library_of_which_nothing_is_used_is_a_warning() {
    let engine = engine("{% load i18n crispy %}{{ a|upper }}");
    assert_eq!(render(&engine), "X");
    let (errors, warnings) = engine.check_all("page.html");
    assert!(errors.is_empty(), "{errors:?}");
    let findings: Vec<_> = warnings.into_iter().map(|w| (w.finding, w.place.tag)).collect();
    assert_eq!(findings[0], (Finding::UnusedLoad("crispy".to_owned()), "{% load i18n crispy %}".to_owned()));
    assert_eq!(findings.len(), 2);
}

#[test]
fn every_unknown_filter_and_tag_is_told() {
    let text = "{{ a|one:\"|two\"|upper|three:a.b }}\n{% if a|four|length > 2 %}{{ b }}{% endif %}\
                {% filter five %}x{% endfilter %}{% six %}{{ \"é\"|seven }}{{ a|one }}";
    let (errors, warnings) = engine(text).check_all("page.html");
    let told: Vec<_> =
        errors.iter().map(|e| (e.kind().clone(), e.line(), e.column(), e.tag().to_owned())).collect();
    let first = "{{ a|one:\"|two\"|upper|three:a.b }}";
    let filter = |name: &str, line: usize, column: usize, tag: &str| {
        (Kind::UnknownFilter(name.to_owned()), line, column, tag.to_owned())
    };
    assert_eq!(
        told,
        [
            filter("one", 1, 1, first),
            filter("three", 1, 1, first),
            filter("four", 2, 1, "{% if a|four|length > 2 %}"),
            filter("five", 2, 45, "{% filter five %}"),
            (Kind::UnknownTag("six".to_owned()), 2, 78, "{% six %}".to_owned()),
            filter("seven", 2, 87, "{{ \"é\"|seven }}"),
            filter("one", 2, 102, "{{ a|one }}"),
        ]
    );
    // What could be parsed has been looked at.
    assert!(warnings.iter().any(|w| w.finding == Finding::Lookup("b".to_owned())));
}

/// Base, path, and what Django's StaticFilesStorage makes of them; the last ones without the staticfiles app.
const STATIC: [(&str, &str, &str, bool); 14] = [
    ("/static/", "./a.png", "/static/a.png", true),
    ("/static/", "a/../b.png", "/static/b.png", true),
    ("/static/", "../../b.png", "b.png", true),
    ("/static/", "a//b.png", "/static/a/b.png", true),
    ("/static/", "/a b.png", "/static/a%20b.png", true),
    ("/static/", "a/.", "/static/a/", true),
    ("/static/", "", "/static/", true),
    ("https://cdn.example/s/", "./a.png", "https://cdn.example/s/a.png", true),
    ("//cdn.example/s/", "../a.png", "//cdn.example/a.png", true),
    ("/static/", "~!*()'", "/static/~!*()&#x27;", true),
    ("/static/", "/a.png", "/a.png", false),
    ("/static/", "./a.png", "/static/a.png", false),
    ("/static/", "~!*", "/static/~%21%2A", false),
    ("https://cdn.example/s/", "//b.example/a", "https://b.example/a", false),
];

#[test]
fn static_paths_are_joined_as_python_joins_them() {
    for (base, path, expected, staticfiles) in STATIC {
        let settings = Settings { static_url: base.to_owned(), staticfiles, ..Settings::default() };
        let engine = engine(&format!("{{% load static %}}{{% static \"{path}\" %}}")).with_settings(settings);
        assert_eq!(render(&engine), expected, "{base} {path}");
    }
}
