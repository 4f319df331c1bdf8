//! The paths that a file names.

use crate::house::literals::{code, skipped};

/// One name that `use` brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub path: Vec<String>,
    /// How it is called here; `*` for all names.
    pub name: String,
    pub is_public: bool,
}

/// What one file says, without its tests.
#[derive(Default)]
pub struct Source {
    pub imports: Vec<Import>,
    /// Paths in code, of two or more names.
    pub paths: Vec<Vec<String>>,
    /// Names of the items that it defines.
    pub items: Vec<String>,
}

const ITEMS: [&str; 8] = ["fn", "struct", "enum", "trait", "type", "const", "static", "union"];

impl Source {
    pub fn read(text: &str) -> Source {
        let tokens = tokens(code(text));
        let mut source = Source::default();
        let mut at = 0;
        while at < tokens.len() {
            let before = at.checked_sub(1).map_or("", |i| tokens[i].as_str());
            if tokens[at] == "use" && tokens.get(at + 1).is_some_and(|next| next != "<") {
                let is_public = before == "pub" || before == ")";
                at = source.tree(&tokens, at + 1, &[], is_public);
            } else if is_name(&tokens[at]) && before != "::" && before != "." {
                if ITEMS.contains(&before) {
                    source.items.push(tokens[at].clone());
                }
                at = source.path(&tokens, at);
            } else {
                at += 1;
            }
        }
        source
    }

    fn path(&mut self, tokens: &[String], start: usize) -> usize {
        let (path, at) = names(tokens, start);
        if path.len() > 1 {
            self.paths.push(path);
        }
        at
    }

    /// Reads one tree of `use`; answers where it ends.
    fn tree(&mut self, tokens: &[String], start: usize, before: &[String], is_public: bool) -> usize {
        let (more, mut at) = names(tokens, start);
        let mut path = [before, &more].concat();
        match tokens.get(at).map(String::as_str) {
            Some("::") if tokens.get(at + 1).is_some_and(|t| t == "*") => {
                self.imports.push(Import { path, name: "*".to_owned(), is_public });
                return at + 2;
            }
            Some("::") => return self.group(tokens, at + 2, &path, is_public),
            Some("{") => return self.group(tokens, at + 1, &path, is_public),
            _ => {}
        }
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let mut name = path.last().cloned().unwrap_or_default();
        if tokens.get(at).is_some_and(|t| t == "as") {
            name = tokens.get(at + 1).cloned().unwrap_or_default();
            at += 2;
        }
        self.imports.push(Import { path, name, is_public });
        at
    }

    fn group(&mut self, tokens: &[String], start: usize, before: &[String], is_public: bool) -> usize {
        let mut at = start;
        while let Some(token) = tokens.get(at) {
            match token.as_str() {
                "}" => return at + 1,
                "," => at += 1,
                _ => at = self.tree(tokens, at, before, is_public).max(at + 1),
            }
        }
        at
    }
}

/// Names joined by `::`, and where they end; a `::` before something else is left.
fn names(tokens: &[String], start: usize) -> (Vec<String>, usize) {
    let mut out = Vec::new();
    let mut at = start;
    while tokens.get(at).is_some_and(|token| is_name(token)) {
        out.push(tokens[at].clone());
        at += 1;
        if tokens.get(at).is_none_or(|t| t != "::") || tokens.get(at + 1).is_none_or(|t| !is_name(t)) {
            break;
        }
        at += 1;
    }
    (out, at)
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::` and single marks; without comments, texts, characters and lifetimes.
fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match skipped(rest) {
            Some(length) => length,
            None if is_name(rest) || c.is_ascii_digit() => {
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                out.push(rest[..length].to_owned());
                length
            }
            None if rest.starts_with("::") => {
                out.push("::".to_owned());
                2
            }
            None => {
                out.push(c.to_string());
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}
