//! Two answers, one verdict.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::App;

use super::answer::Answer;
use super::declared::{Difference, Seen, line_of};
use super::facts::{Body, Facts};
use super::request::Ask;

/// Characters that are shown of a text, and how many of them stand before the place where it differs.
const SHOWN: usize = 160;
const BEFORE: usize = 40;
const ABSENT: &str = "(absent)";

#[derive(Clone, Debug)]
pub enum Verdict {
    Equal,
    /// Each difference is on purpose: their lines of docs/differences.md.
    Declared(Vec<String>),
    Different(Vec<Difference>),
    /// Django gave no answer.
    Unreached(String),
}

pub fn judge(app: &App, ask: &Ask, django: &Answer, slash_o: &Answer, logged: &[String]) -> Verdict {
    let is_head = ask.method == http::Method::HEAD;
    let (django, slash_o) = (Facts::of(django, is_head), Facts::of(slash_o, is_head));
    let mut differences = differences(&django, &slash_o);
    let wrote = logged.iter().find(|line| line.contains("[ReadOnly"));
    let seen = Seen { app, ask, django: &django, slash_o: &slash_o };
    let (mut lines, mut other) = (Vec::new(), Vec::new());
    for difference in differences.drain(..) {
        match line_of(&seen, &difference) {
            Some(line) if lines.contains(&line) => {}
            Some(line) => lines.push(line),
            None => other.push(difference),
        }
    }
    if let Some(line) = wrote.or(logged.first().filter(|_| slash_o.status >= 500)) {
        let field = if wrote.is_some() { "attempt to write" } else { "log" };
        let slash_o = line.trim().to_owned();
        other.push(Difference { field: field.to_owned(), django: "(not known)".to_owned(), slash_o });
    }
    match (other.is_empty(), lines.is_empty()) {
        (false, _) => Verdict::Different(other),
        (true, false) => Verdict::Declared(lines),
        (true, true) => Verdict::Equal,
    }
}

fn differences(django: &Facts, slash_o: &Facts) -> Vec<Difference> {
    let mut out = Vec::new();
    if django.status != slash_o.status {
        out.push(difference("status", django.status.to_string(), slash_o.status.to_string()));
    }
    for (kind, one, other) in
        [("header", &django.headers, &slash_o.headers), ("cookie", &django.cookies, &slash_o.cookies)]
    {
        let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names.into_iter().filter(|name| one.get(*name) != other.get(*name)) {
            let told = |side: Option<&String>| side.map_or_else(|| ABSENT.to_owned(), |text| start(text));
            out.push(difference(&format!("{kind} {name}"), told(one.get(name)), told(other.get(name))));
        }
    }
    if !is_same(&django.body, &slash_o.body) {
        let (one, other) = shown(&told(&django.body, &slash_o.body), &told(&slash_o.body, &django.body));
        out.push(difference("body", one, other));
    }
    out
}

fn difference(field: &str, django: String, slash_o: String) -> Difference {
    Difference { field: field.to_owned(), django, slash_o }
}

fn is_same(one: &Body, other: &Body) -> bool {
    match (one, other) {
        (Body::Html { text: one, .. }, Body::Html { text: other, .. }) => one == other,
        (one, other) => one == other,
    }
}

/// The text; of pages whose fields, labels or errors differ those that the other one does not have.
fn told(body: &Body, other: &Body) -> String {
    match (body, other) {
        (Body::Html { facts: one, .. }, Body::Html { facts: other, .. }) if one != other => {
            let own: Vec<&str> =
                one.iter().filter(|fact| !other.contains(fact)).map(String::as_str).collect();
            if own.is_empty() { "(nothing that the other page has not)".to_owned() } else { own.join("; ") }
        }
        (Body::Json(value), _) => value.to_string(),
        (Body::Text(text) | Body::Html { text, .. }, _) => text.clone(),
    }
}

/// Both texts from shortly before the place where they begin to differ.
fn shown(one: &str, other: &str) -> (String, String) {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(BEFORE);
    let part = |text: &str| {
        let rest: String = text.chars().skip(from).collect();
        let lead = if from > 0 { "…" } else { "" };
        if text.is_empty() { "(empty)".to_owned() } else { format!("{lead}{}", start(&rest)) }
    };
    (part(one), part(other))
}

fn start(text: &str) -> String {
    let end = if text.chars().count() > SHOWN { "…" } else { "" };
    let text = without_secrets(text);
    let line: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{line}{end}")
}

/// Keys, tokens, hashes and whatever else is as long and as mixed is not shown.
fn without_secrets(text: &str) -> String {
    static LONG: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[A-Za-z0-9+_=$-]*[0-9][A-Za-z0-9+_=$-]*").ok());
    let Some(long) = LONG.as_ref() else { return String::new() };
    let cut =
        |found: &Captures<'_>| if found[0].len() < 24 { found[0].to_owned() } else { "(cut)".to_owned() };
    long.replace_all(text, cut).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_where_it_begins() {
        let long = "x".repeat(100);
        let (one, other) = shown(&format!("{long}A"), &format!("{long}B"));
        assert_eq!(one, format!("…{}A", "x".repeat(40)));
        assert!(other.ends_with('B'));
        let secret = shown("a", "secret: pbkdf2_sha256$1000$abc$0123456789012345678901234567890=").1;
        assert_eq!(secret, "secret: (cut)");
        assert_eq!(shown("", "a"), ("(empty)".to_owned(), "a".to_owned()));
    }
}
