//! `{% regroup list by attribute as name %}`.
//! Django: `RegroupNode`, `GroupedResult`.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::render::Renderer;
use crate::value::{Object, Value};

pub(crate) struct Regroup {
    pub target: Expr,
    pub key: Expr,
    pub name: String,
}

struct Group {
    grouper: Value,
    list: Vec<Value>,
    nesting: usize,
}

impl Object for Group {
    fn get(&self, name: &str) -> Option<Value> {
        match name {
            "grouper" => Some(self.grouper.clone()),
            "list" => Some(Value::List(self.list.clone())),
            _ => None,
        }
    }
    fn display(&self) -> String {
        let list = Value::List(self.list.clone());
        format!("GroupedResult(grouper={}, list={})", self.grouper.repr(), list.repr())
    }
    fn nesting(&self) -> usize {
        self.nesting
    }
    fn iter(&self) -> Option<Vec<Value>> {
        Some(vec![self.grouper.clone(), Value::List(self.list.clone())])
    }
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let [_, target, by, key, as_word, name] = bits.as_slice() else {
        return Err(Error::syntax("'regroup' tag takes five arguments"));
    };
    let target = parser.expr(target)?;
    if by != "by" {
        return Err(Error::syntax("second argument to 'regroup' tag must be 'by'"));
    }
    if as_word != "as" {
        return Err(Error::syntax("next-to-last argument to 'regroup' tag must be 'as'"));
    }
    let key = parser.expr(&format!("{name}.{key}"))?;
    Ok(NodeKind::Regroup(Box::new(Regroup { target, key, name: name.clone() })))
}

/// A loop could wrap its own result again and again; dropping it would exhaust the stack.
fn nesting(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.nesting(),
        Value::List(items) | Value::Tuple(items) => items.iter().map(nesting).max().unwrap_or(0),
        _ => 0,
    }
}

impl Regroup {
    pub fn render(&self, r: &mut Renderer) -> Result<()> {
        let target = r.resolve_or_none(&self.target)?;
        let items = match &target {
            Value::None => Vec::new(),
            other => {
                let message = || Error::value(format!("{} cannot be iterated", other.repr()));
                other.iter().ok_or_else(message)?
            }
        };
        let nesting = 1 + items.iter().map(nesting).max().unwrap_or(0);
        let limit = r.engine().limits.depth;
        if nesting > limit {
            return Err(Error::limit(format!("groups are nested deeper than {limit}")));
        }
        let mut groups: Vec<Group> = Vec::new();
        for item in items {
            // Django: the key is looked up on the variable of the result.
            r.scopes.set(&self.name, item.clone());
            let grouper = r.resolve_or_none(&self.key)?;
            match groups.last_mut() {
                Some(group) if group.grouper == grouper => group.list.push(item),
                _ => groups.push(Group { grouper, list: vec![item], nesting }),
            }
        }
        let groups = groups.into_iter().map(Value::object).collect();
        r.scopes.set(&self.name, Value::List(groups));
        Ok(())
    }
}
