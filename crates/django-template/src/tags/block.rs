//! `{% block %}` and `block.super`.
//! Django: `BlockNode`, `BlockContext`.

use std::sync::Arc;

use crate::context::Scope;
use crate::error::{Error, Kind, Result};
use crate::lexer::Token;
use crate::node::{Block, NodeKind};
use crate::parser::Parser;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let words = token.words();
    let [_, name] = words.as_slice() else {
        return Err(Error::syntax("'block' tag takes only one argument"));
    };
    if parser.block_names.contains(name) {
        return Err(Error::syntax(format!("'block' tag with name '{name}' appears more than once")));
    }
    parser.block_names.push(name.clone());
    let nodes = parser.parse_until(&["endblock"])?;
    let end = parser.next_token();
    if end.contents != "endblock" && end.contents != format!("endblock {name}") {
        let message = format!("Invalid block tag: '{}', expected 'endblock {name}'", end.contents);
        return Err(Error::new(Kind::Syntax, message).at(|| parser.origin.place(end.span)));
    }
    let block = Arc::new(Block { name: name.clone(), nodes, origin: Arc::clone(&parser.origin) });
    parser.blocks.insert(name.clone(), Arc::clone(&block));
    Ok(NodeKind::Block(block))
}

impl Renderer<'_> {
    /// Renders the definition of a block that the outermost child gave.
    pub fn block(&mut self, own: &Arc<Block>, out: &mut String) -> Result<()> {
        let inherited = self.state.blocks.is_some();
        let definitions = self.state.blocks.as_mut().and_then(|blocks| blocks.get_mut(&own.name));
        let popped = definitions.and_then(std::collections::VecDeque::pop_back);
        let block = popped.clone().unwrap_or_else(|| Arc::clone(own));
        let depth = self.scopes.depth();
        self.scopes.push(Scope { block: Some((Arc::clone(&block), inherited)), ..Scope::default() });
        let origin = std::mem::replace(&mut self.origin, Arc::clone(&block.origin));
        let result = self.nodes(&block.nodes, out);
        self.origin = origin;
        self.scopes.pop_to(depth);
        if let (Some(popped), Some(blocks)) = (popped, &mut self.state.blocks) {
            blocks.entry(own.name.clone()).or_default().push_back(popped);
        }
        result
    }

    /// `{{ block.super }}`: the next definition towards the base template, empty if there is none.
    pub fn super_block(&mut self, block: &Arc<Block>) -> Result<Value> {
        let blocks = self.state.blocks.as_ref();
        let more = blocks.and_then(|b| b.get(&block.name)).is_some_and(|list| !list.is_empty());
        let mut html = String::new();
        if more {
            self.block(block, &mut html)?;
        }
        Ok(Value::Safe(html))
    }

    /// Adds a template's blocks below those of its children.
    pub fn add_blocks(&mut self, blocks: &[Arc<Block>]) {
        let known = self.state.blocks.get_or_insert_default();
        for block in blocks {
            known.entry(block.name.clone()).or_default().push_front(Arc::clone(block));
        }
    }
}
