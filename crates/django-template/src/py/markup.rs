//! A forgiving HTML tokenizer.
//! Python: `html.parser.HTMLParser`; Django: `strip_tags`.

use crate::error::{Error, Result};

/// A part of an HTML text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    Text(&'t str),
    /// `<name ...>` as written, its name, and whether it ends with `/>`.
    Start {
        raw: &'t str,
        name: &'t str,
        closed: bool,
    },
    End(&'t str),
    /// Comments, declarations and processing instructions.
    Other,
}

/// Splits HTML; what looks like a tag but is never closed stays text.
pub(crate) fn parse(html: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        if at > 0 {
            out.push(Part::Text(&rest[..at]));
            rest = &rest[at..];
            continue;
        }
        let (part, length) = tag(rest).unwrap_or((Part::Text(&rest[..1]), 1));
        out.push(part);
        rest = &rest[length.min(rest.len())..];
    }
    out
}

fn tag(text: &str) -> Option<(Part<'_>, usize)> {
    let second = text[1..].chars().next()?;
    if second.is_ascii_alphabetic() {
        return start_tag(text);
    }
    if let Some(inner) = text.strip_prefix("</") {
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let end = inner.find('>')?;
            return Some((Part::Other, end + 3));
        }
        let end = inner.find('>')?;
        let name = name_of(inner);
        return Some((Part::End(name), end + 3));
    }
    if let Some(inner) = text.strip_prefix("<!--") {
        let end = inner.find("-->")?;
        return Some((Part::Other, end + 7));
    }
    if second == '!' || second == '?' {
        return Some((Part::Other, text.find('>')? + 1));
    }
    None
}

fn name_of(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || c == '/' || c == '>').unwrap_or(text.len());
    &text[..end]
}

/// A start tag ends at the first `>` outside of quotation marks that follow a `=`.
fn start_tag(text: &str) -> Option<(Part<'_>, usize)> {
    let mut quote = None;
    let mut before = ' ';
    for (i, c) in text.char_indices().skip(1) {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => continue,
            (None, '"' | '\'') if before == '=' => quote = Some(c),
            (None, '>') => {
                let raw = &text[..=i];
                let closed = raw.ends_with("/>");
                return Some((Part::Start { raw, name: name_of(&text[1..]), closed }, i + 1));
            }
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    None
}

/// Removes tags until none is left.
pub(crate) fn strip_tags(html: &str) -> Result<String> {
    const MAX_ROUNDS: usize = 50;
    let mut text = html.to_owned();
    for _ in 0..MAX_ROUNDS {
        if !text.contains('<') || !text.contains('>') {
            return Ok(text);
        }
        let stripped: String = parse(&text)
            .into_iter()
            .filter_map(|part| match part {
                Part::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        if stripped.matches('<').count() == text.matches('<').count() {
            return Ok(text);
        }
        text = stripped;
    }
    Err(Error::value("the text has too many tags inside tags"))
}
