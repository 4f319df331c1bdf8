//! `{% extends %}`, and paths relative to the template.
//! Django: `ExtendsNode`, `construct_relative_path`.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::{Block, NodeKind, Nodes};
use crate::parser::Parser;
use crate::render::Renderer;

pub(crate) struct Extends {
    pub parent: Expr,
    pub nodes: Nodes,
    pub blocks: Vec<Arc<Block>>,
    /// Name and number of the template with this tag.
    this: (String, usize),
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let [_, name] = bits.as_slice() else {
        return Err(Error::syntax("'extends' takes one argument"));
    };
    let parent = parser.expr(&relative_path(&parser.origin.name, name, false)?)?;
    if parser.has_extends {
        return Err(Error::syntax("'extends' cannot appear more than once in the same template"));
    }
    parser.has_extends = true;
    let known: Vec<String> = parser.blocks.keys().cloned().collect();
    let nodes = parser.parse_until(&[])?;
    let inside = parser.blocks.iter().filter(|(name, _)| !known.contains(name));
    let blocks = inside.map(|(_, block)| Arc::clone(block)).collect();
    let this = (parser.origin.name.clone(), parser.origin.index);
    Ok(NodeKind::Extends(Box::new(Extends { parent, nodes, blocks, this })))
}

impl Extends {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let parent = r.resolve(&self.parent)?;
        let Some(name) = parent.as_str().filter(|name| !name.is_empty()) else {
            return Err(Error::syntax(format!("Invalid template name in 'extends' tag: {}.", parent.repr())));
        };
        if r.state.history.is_empty() {
            r.state.history.push(self.this.clone());
        }
        let template = r.engine().find_except(name, &r.state.history)?;
        r.state.history.push((name.to_owned(), template.origin.index));
        r.add_blocks(&self.blocks);
        if !template.extends() {
            r.add_blocks(&template.blocks);
        }
        r.template_into(&template, out)
    }
}

/// Resolves `./` and `../` against the template's own folder; other names stay as they are.
pub(crate) fn relative_path(current: &str, name: &str, allow_self: bool) -> Result<String> {
    let bare = name.trim_matches(['\'', '"']);
    if !bare.starts_with("./") && !bare.starts_with("../") {
        return Ok(name.to_owned());
    }
    let current = current.trim_start_matches('/');
    let mut parts: Vec<&str> = current.split('/').collect();
    parts.pop();
    for part in bare.split('/').filter(|p| !p.is_empty() && *p != ".") {
        if part != ".." {
            parts.push(part);
        } else if parts.pop().is_none() {
            let message =
                format!("The relative path '{name}' points outside the folders of template '{current}'.");
            return Err(Error::syntax(message));
        }
    }
    let path = parts.join("/");
    if !allow_self && path == current {
        let message = format!("The relative path '{name}' is the template '{current}' itself.");
        return Err(Error::syntax(message));
    }
    let quote = name.chars().next().filter(|q| (*q == '"' || *q == '\'') && name.ends_with(*q));
    Ok(quote.map_or(path.clone(), |q| format!("{q}{path}{q}")))
}
