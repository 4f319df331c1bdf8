//! Builds the node tree of a template.
//! Django: `django.template.base.Parser`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, keyword};
use crate::lexer::{Origin, Token, TokenKind, tokenize};
use crate::library::{Library, Loaded, Tag};
use crate::node::{Block, Node, NodeKind, Nodes, Template};
use crate::tags::cycle::Cycle;
use crate::tags::simple;

/// Tags nested deeper than this are refused, so that no template exhausts the stack.
const MAX_NESTING: usize = 60;

pub(crate) struct Parser<'e> {
    tokens: Vec<Token>,
    at: usize,
    pub origin: Arc<Origin>,
    pub loaded: Loaded,
    pub custom: &'e [Library],
    open: Vec<Token>,
    pub blocks: HashMap<String, Arc<Block>>,
    pub block_names: Vec<String>,
    pub cycles: HashMap<String, Arc<Cycle>>,
    pub last_cycle: Option<Arc<Cycle>>,
    pub has_extends: bool,
    /// Libraries that are not known: no error as long as nothing of them is used.
    missing: Vec<Error>,
    depth: usize,
}

/// Parses a whole template.
pub(crate) fn parse(origin: Origin, builtins: &[String], custom: &[Library]) -> Result<Template> {
    let mut loaded = Loaded::new();
    for library in builtins {
        loaded.load(library, None, custom)?;
    }
    let tokens = tokenize(&origin.text);
    let origin = Arc::new(origin);
    let mut parser = Parser {
        tokens,
        at: 0,
        origin: Arc::clone(&origin),
        loaded,
        custom,
        open: Vec::new(),
        blocks: HashMap::new(),
        block_names: Vec::new(),
        cycles: HashMap::new(),
        last_cycle: None,
        has_extends: false,
        missing: Vec::new(),
        depth: 0,
    };
    let nodes = match parser.parse_until(&[]) {
        Err(error) if error.lacks_library() && !parser.missing.is_empty() => {
            return Err(parser.missing.swap_remove(0));
        }
        result => result?,
    };
    let blocks = parser.blocks.into_values().collect();
    Ok(Template { origin, nodes, blocks, unused: parser.missing })
}

impl Parser<'_> {
    pub fn expr(&self, source: &str) -> Result<Expr> {
        Expr::parse(source, self.loaded.filters())
    }

    pub fn exprs(&self, sources: &[String]) -> Result<Vec<Expr>> {
        sources.iter().map(|s| self.expr(s)).collect()
    }

    pub fn has_tokens(&self) -> bool {
        self.at < self.tokens.len()
    }

    /// The next token; at the end of the template an empty comment.
    pub fn next_token(&mut self) -> Token {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token.unwrap_or(Token { kind: TokenKind::Comment, contents: String::new(), span: <_>::default() })
    }

    /// Parses up to a tag named in `until`, which is left as the next token.
    pub fn parse_until(&mut self, until: &[&str]) -> Result<Nodes> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(Error::limit(format!("tags are nested deeper than {MAX_NESTING}")));
        }
        let mut nodes = Nodes::default();
        while self.has_tokens() {
            let token = self.next_token();
            let kind = match token.kind {
                TokenKind::Comment => continue,
                TokenKind::Text => NodeKind::Text(token.contents.clone()),
                TokenKind::Variable => self.variable(&token)?,
                TokenKind::Block => {
                    let command = token.words().into_iter().next().unwrap_or_default();
                    if until.contains(&command.as_str()) {
                        self.at -= 1;
                        self.depth -= 1;
                        return Ok(nodes);
                    }
                    self.tag(&token, &command, until).map_err(|e| self.place(e, &token))?
                }
            };
            self.push(&mut nodes, kind, &token)?;
        }
        self.depth -= 1;
        if until.is_empty() { Ok(nodes) } else { Err(self.unclosed(until)) }
    }

    /// Parses up to the end tag and consumes it.
    pub fn body(&mut self, end: &str) -> Result<Nodes> {
        let nodes = self.parse_until(&[end])?;
        self.next_token();
        Ok(nodes)
    }

    fn place(&self, error: Error, token: &Token) -> Error {
        error.at(|| self.origin.place(token.span))
    }

    fn push(&self, nodes: &mut Nodes, kind: NodeKind, token: &Token) -> Result<()> {
        if matches!(kind, NodeKind::Extends(_)) && nodes.has_tags {
            let message =
                format!("{{% {} %}} must be the first tag in '{}'.", token.contents, self.origin.name);
            return Err(self.place(Error::syntax(message), token));
        }
        nodes.has_tags |= !matches!(kind, NodeKind::Text(_));
        nodes.list.push(Node { kind, span: token.span });
        Ok(())
    }

    fn variable(&mut self, token: &Token) -> Result<NodeKind> {
        if token.contents.is_empty() {
            return Err(self.place(Error::syntax("Empty variable tag"), token));
        }
        self.expr(&token.contents).map(NodeKind::Variable).map_err(|e| self.place(e, token))
    }

    fn tag(&mut self, token: &Token, command: &str, until: &[&str]) -> Result<NodeKind> {
        if command.is_empty() {
            return Err(Error::syntax("Empty block tag"));
        }
        self.open.push(token.clone());
        let node = match self.loaded.tag(command) {
            Some(Tag::Builtin(compile)) => compile(self, token)?,
            Some(Tag::Custom(function)) => simple::parse(self, token, function)?,
            None => return Err(invalid_tag(command, until)),
        };
        self.open.pop();
        Ok(node)
    }

    fn unclosed(&mut self, until: &[&str]) -> Error {
        let Some(token) = self.open.pop() else {
            return Error::syntax("Unclosed tag");
        };
        let command = token.words().into_iter().next().unwrap_or_default();
        let line = self.origin.place(token.span).line;
        let wanted = until.join(", ");
        let message = format!("Unclosed tag on line {line}: '{command}'. Looking for one of: {wanted}.");
        self.place(Error::syntax(message), &token)
    }

    /// `{% load %}` of one library; one that is not known is remembered, and told with the first tag that is missing.
    pub fn load(&mut self, library: &str, only: Option<&[String]>, token: &Token) -> Result<()> {
        match self.loaded.load(library, only, self.custom) {
            Err(error) if matches!(error.kind(), Kind::UnknownLibrary(_)) => {
                let error = self.place(error, token);
                self.missing.push(error);
                Ok(())
            }
            result => result,
        }
    }

    /// Skips everything up to a tag with exactly these contents.
    pub fn skip_past(&mut self, end: &str) -> Result<()> {
        while self.has_tokens() {
            let token = self.next_token();
            if token.kind == TokenKind::Block && token.contents == end {
                return Ok(());
            }
        }
        Err(self.unclosed(&[end]))
    }

    /// Takes `name=value` words (or the old `value as name and ...`) from the front.
    pub fn keywords(&self, bits: &mut Vec<String>, legacy: bool) -> Result<Vec<(String, Expr)>> {
        let mut found: Vec<(String, Expr)> = Vec::new();
        let modern = bits.first().is_some_and(|b| keyword(b).0.is_some());
        if !modern && !legacy {
            return Ok(found);
        }
        while !bits.is_empty() {
            let (name, value) = if modern {
                let (Some(name), value) = keyword(&bits[0]) else { break };
                let pair = (name.to_owned(), value.to_owned());
                bits.remove(0);
                pair
            } else {
                if bits.len() < 3 || bits[1] != "as" {
                    break;
                }
                let pair = (bits[2].clone(), bits[0].clone());
                bits.drain(..3);
                pair
            };
            found.retain(|(known, _)| *known != name);
            found.push((name, self.expr(&value)?));
            if !modern && !bits.is_empty() {
                if bits[0] != "and" {
                    break;
                }
                bits.remove(0);
            }
        }
        Ok(found)
    }
}

fn invalid_tag(command: &str, until: &[&str]) -> Error {
    let expected = match until {
        [] => String::new(),
        [only] => format!(", expected '{only}'"),
        [head @ .., last] => {
            let head: Vec<_> = head.iter().map(|t| format!("'{t}'")).collect();
            format!(", expected {} or '{last}'", head.join(", "))
        }
    };
    let message =
        format!("Invalid block tag: '{command}'{expected}. Did you forget to register or load this tag?");
    Error::new(Kind::UnknownTag(command.to_owned()), message)
}
