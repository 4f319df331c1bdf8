//! `truncatechars`, `truncatewords` and their HTML forms.
//! Django: `django.utils.text.Truncator`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{given, text as of};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::py::entities::unescape;
use crate::py::html::escape;
use crate::py::markup::{Part, parse};
use crate::py::number::{Failure, int};
use crate::py::text::is_space;
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

const VOID: [&str; 16] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "frame", "spacer",
];

/// The wanted length; `None` if the argument is no number, which leaves the text as it is.
fn length(argument: Argument) -> Result<Option<i64>> {
    match int(given(argument)) {
        Ok(n) => Ok(Some(i64::try_from(n).unwrap_or(i64::MAX))),
        Err(Failure::Value) => Ok(None),
        Err(Failure::Type) => Err(Error::value(format!("{} is no length", given(argument).repr()))),
    }
}

/// Applies a truncation when the length is a positive number.
fn run(value: &Value, argument: Argument, cut: impl Fn(&str, usize) -> String) -> Result<Value> {
    match length(argument)? {
        None => Ok(value.clone()),
        Some(n) => match usize::try_from(n) {
            Ok(n) if n > 0 => Ok(cut(of(value), n).into()),
            _ => Ok(Value::empty()),
        },
    }
}

/// The text with the mark of a truncation, in the words of the language.
fn mark(env: &Env, text: &str) -> String {
    let context = Some("String to return when truncating text");
    env.pgettext(context, "%(truncated_text)s…").replace("%(truncated_text)s", text)
}

fn visible(c: char) -> bool {
    !is_combining_mark(c)
}

/// How many characters stay when the mark takes its part of the length.
fn room(env: &Env, length: usize) -> usize {
    length.saturating_sub(mark(env, "").chars().filter(|c| visible(*c)).count())
}

pub(crate) fn truncatechars(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    run(value, argument, |text, length| {
        let text: String = text.nfc().collect();
        let room = room(env, length);
        let (mut seen, mut end) = (0, None);
        for (i, c) in text.char_indices().filter(|(_, c)| visible(*c)) {
            let _ = c;
            seen += 1;
            if end.is_none() && seen > room {
                end = Some(i);
            }
            if seen > length {
                return mark(env, &text[..end.unwrap_or(0)]);
            }
        }
        text
    })
}

pub(crate) fn truncatewords(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    run(value, argument, |text, length| {
        let words: Vec<&str> = text.split(is_space).filter(|w| !w.is_empty()).collect();
        match words.get(..length) {
            Some(kept) if kept.len() < words.len() => with_dots(&kept.join(" ")),
            _ => words.join(" "),
        }
    })
}

fn with_dots(text: &str) -> String {
    if text.ends_with(" …") { text.to_owned() } else { format!("{text} …") }
}

pub(crate) fn truncatechars_html(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    run(value, argument, |text, length| {
        let text: String = text.nfc().collect();
        let all = text.chars().count();
        let (mut left, mut processed) = (room(env, length), 0);
        truncate_html(&text, |data, written| {
            let size = data.chars().count();
            processed += size;
            if processed == length && written + size == all {
                return Piece { html: data.to_owned(), done: true };
            }
            let kept: String = data.chars().take(left).collect();
            let done = left < size;
            left = left.saturating_sub(size);
            let html = escape(&kept);
            Piece { html: if done { mark(env, &html) } else { html }, done }
        })
    })
}

pub(crate) fn truncatewords_html(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    run(value, argument, |text, length| {
        let mut left = length;
        truncate_html(text, |data, _| {
            let words = split_words(data);
            let kept = escape(&words[..left.min(words.len())].join(" "));
            let done = left < words.len();
            left = left.saturating_sub(words.len());
            Piece { html: if done { with_dots(&kept) } else { kept }, done }
        })
    })
}

/// Splits at white space between two words; space at the ends stays with its word.
fn split_words(data: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut gap = String::new();
    let mut started = false;
    for c in data.chars() {
        if is_space(c) {
            gap.push(c);
            continue;
        }
        if started && !gap.is_empty() {
            out.push(String::new());
            gap.clear();
        }
        if let Some(word) = out.last_mut() {
            word.push_str(&gap);
            word.push(c);
        }
        gap.clear();
        started = true;
    }
    if let Some(word) = out.last_mut() {
        word.push_str(&gap);
    }
    out
}

struct Piece {
    html: String,
    /// The rest of the text is dropped.
    done: bool,
}

/// Copies HTML; `process` gets each text and the number of characters written so far.
fn truncate_html(html: &str, mut process: impl FnMut(&str, usize) -> Piece) -> String {
    let mut out = String::new();
    let mut open: Vec<String> = Vec::new();
    for part in parse(html) {
        match part {
            Part::Text(text) => {
                let piece = process(&unescape(text), out.chars().count());
                out.push_str(&piece.html);
                if piece.done {
                    for name in open.iter().rev() {
                        out.push_str(&format!("</{name}>"));
                    }
                    return out;
                }
            }
            Part::Start { raw, name, closed } => {
                out.push_str(raw);
                let name = name.to_lowercase();
                if !VOID.contains(&name.as_str()) {
                    open.push(name.clone());
                    if closed {
                        end_tag(&name, &mut open, &mut out);
                    }
                }
            }
            Part::End(name) => end_tag(&name.to_lowercase(), &mut open, &mut out),
            Part::Other => {}
        }
    }
    out
}

fn end_tag(name: &str, open: &mut Vec<String>, out: &mut String) {
    if VOID.contains(&name) {
        return;
    }
    out.push_str(&format!("</{name}>"));
    if open.last().is_some_and(|last| last == name) {
        open.pop();
    }
}
