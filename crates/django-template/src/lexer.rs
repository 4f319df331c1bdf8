//! Splits a template's text into text, `{{ }}`, `{% %}` and `{# #}` tokens.
//! Django: `django.template.base.Lexer`, `smart_split`.

use crate::error::{Error, Place, Result};
use crate::py::text::is_space;

/// A template's name, path and text, kept to name places in errors.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    pub name: String,
    pub path: String,
    pub text: String,
    /// The how-manieth template of this name in search order.
    pub index: usize,
}

/// Byte offsets of a token in its template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
}

impl Origin {
    pub fn place(&self, span: Span) -> Place {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Place {
            template: self.name.clone(),
            origin: self.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            tag: self.text.get(span.start..span.end).unwrap_or_default().to_owned(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Text,
    Variable,
    Block,
    Comment,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub kind: TokenKind,
    /// Without the braces and the space around for tags.
    pub contents: String,
    pub span: Span,
}

impl Token {
    /// The words of a tag; quoted text and `_("...")` stay whole.
    pub fn split(&self) -> Result<Vec<String>> {
        let mut out = Vec::new();
        let mut bits = smart_split(&self.contents).into_iter();
        while let Some(bit) = bits.next() {
            let quote = bit.strip_prefix("_(").and_then(|rest| rest.chars().next());
            let Some(quote @ ('"' | '\'')) = quote else {
                out.push(bit);
                continue;
            };
            let sentinel = format!("{quote})");
            let mut whole = bit.clone();
            let mut last = bit;
            while !last.ends_with(&sentinel) {
                last = bits.next().ok_or_else(|| Error::syntax("unclosed _(...)"))?;
                whole.push(' ');
                whole.push_str(&last);
            }
            out.push(whole);
        }
        Ok(out)
    }

    /// The words of a tag, split at white space only.
    pub fn words(&self) -> Vec<String> {
        self.contents.split(is_space).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    }
}

pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, tokens: Vec::new(), verbatim: None };
    let (mut from, mut at) = (0, 0);
    // Per kind of tag: up to this offset there is no closing mark, so long lines are searched once.
    let mut searched = [0usize; 3];
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        match tag_end(text, start, &mut searched) {
            Some(end) => {
                lexer.text_token(from, start);
                lexer.tag_token(start, end);
                (from, at) = (end, end);
            }
            None => at = start + 1,
        }
    }
    lexer.text_token(from, text.len());
    lexer.tokens
}

fn tag_end(text: &str, start: usize, searched: &mut [usize; 3]) -> Option<usize> {
    let (close, kind) = match text.as_bytes().get(start + 1)? {
        b'%' => ("%}", 0),
        b'{' => ("}}", 1),
        b'#' => ("#}", 2),
        _ => return None,
    };
    let inner = start + 2;
    if inner < searched[kind] {
        return None;
    }
    let line_end = text[inner..].find('\n').map_or(text.len(), |i| inner + i);
    let found = text[inner..line_end].find(close).map(|i| inner + i + 2);
    if found.is_none() {
        searched[kind] = line_end;
    }
    found
}

struct Lexer<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// The end tag looked for inside `{% verbatim %}`.
    verbatim: Option<String>,
}

impl Lexer<'_> {
    fn push(&mut self, kind: TokenKind, contents: &str, span: Span) {
        self.tokens.push(Token { kind, contents: contents.to_owned(), span });
    }

    fn text_token(&mut self, start: usize, end: usize) {
        if start < end {
            self.push(TokenKind::Text, &self.text[start..end], Span { start, end });
        }
    }

    fn tag_token(&mut self, start: usize, end: usize) {
        let span = Span { start, end };
        let contents = self.text[start + 2..end - 2].trim_matches(is_space);
        match self.text.as_bytes()[start + 1] {
            b'%' => {
                if let Some(end_tag) = &self.verbatim {
                    if contents != end_tag {
                        return self.push(TokenKind::Text, &self.text[start..end], span);
                    }
                    self.verbatim = None;
                } else if contents == "verbatim" || contents.starts_with("verbatim ") {
                    self.verbatim = Some(format!("end{contents}"));
                }
                self.push(TokenKind::Block, contents, span);
            }
            _ if self.verbatim.is_some() => self.push(TokenKind::Text, &self.text[start..end], span),
            b'{' => self.push(TokenKind::Variable, contents, span),
            _ => self.push(TokenKind::Comment, contents, span),
        }
    }
}

/// Words separated by space; quoted parts may hold space.
pub(crate) fn smart_split(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if is_space(chars[at]) {
            at += 1;
            continue;
        }
        let end = quoted_word(&chars, at)
            .unwrap_or_else(|| chars[at..].iter().position(|c| is_space(*c)).map_or(chars.len(), |i| at + i));
        out.push(chars[at..end].iter().collect());
        at = end;
    }
    out
}

/// The end of a word with at least one closed quotation; `None` if there is none.
fn quoted_word(chars: &[char], start: usize) -> Option<usize> {
    let plain = |from: usize| {
        let stop = |c: &char| is_space(*c) || *c == '"' || *c == '\'';
        chars[from..].iter().position(stop).map_or(chars.len(), |i| from + i)
    };
    let mut at = plain(start);
    let mut end = None;
    while let Some(closed) = closing_quote(chars, at) {
        at = plain(closed);
        end = Some(at);
    }
    end
}

/// The offset behind a quotation that starts at `at`.
pub(crate) fn closing_quote(chars: &[char], at: usize) -> Option<usize> {
    let quote = *chars.get(at).filter(|c| **c == '"' || **c == '\'')?;
    let mut i = at + 1;
    loop {
        match *chars.get(i)? {
            '\\' => i += 2,
            c if c == quote => return Some(i + 1),
            _ => i += 1,
        }
    }
}
