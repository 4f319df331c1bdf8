//! `{% blocktranslate with a=b count n=list|length trimmed %}`.
//! Django: `BlockTranslateNode`.

use indexmap::IndexMap;

use crate::context::Found;
use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::{Token, TokenKind};
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::text::is_space;
use crate::render::Renderer;
use crate::value::{Object, Value};

#[derive(Default)]
pub(crate) struct BlockTranslate {
    pub vars: Vec<(String, Expr)>,
    pub count: Option<(String, Expr)>,
    context: Option<Expr>,
    singular: Message,
    plural: Message,
    pub name: Option<String>,
}

/// A message as gettext knows it, with `%(name)s` for the variables.
#[derive(Default)]
struct Message {
    text: String,
    vars: Vec<String>,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let (tag, options) = bits.split_first().ok_or_else(|| Error::syntax("empty tag"))?;
    let (mut node, trimmed) = parse_options(parser, options.to_vec())?;
    let mut tokens = Vec::new();
    let mut end = body(parser, &mut tokens);
    node.singular = message(&tokens, trimmed);
    if node.count.is_some() {
        if end.contents.trim_matches(is_space) != "plural" {
            return Err(Error::syntax(format!("'{tag}' doesn't allow other block tags inside it")));
        }
        tokens.clear();
        end = body(parser, &mut tokens);
        node.plural = message(&tokens, trimmed);
    }
    if end.contents.trim_matches(is_space) != format!("end{tag}") {
        let message = format!("'{tag}' doesn't allow other block tags (seen '{}') inside it", end.contents);
        return Err(Error::syntax(message));
    }
    Ok(NodeKind::BlockTranslate(Box::new(node)))
}

fn parse_options(parser: &Parser, mut rest: Vec<String>) -> Result<(BlockTranslate, bool)> {
    let mut node = BlockTranslate::default();
    let mut seen: Vec<String> = Vec::new();
    while !rest.is_empty() {
        let option = rest.remove(0);
        if seen.contains(&option) {
            return Err(Error::syntax(format!("The '{option}' option was specified more than once.")));
        }
        let missing = || Error::syntax(format!("\"{option}\" expected exactly one argument."));
        match option.as_str() {
            "with" => {
                node.vars = parser.keywords(&mut rest, true)?;
                if node.vars.is_empty() {
                    return Err(missing());
                }
            }
            "count" => {
                let mut found = parser.keywords(&mut rest, true)?;
                if found.len() != 1 {
                    return Err(missing());
                }
                node.count = found.pop();
            }
            "context" if !rest.is_empty() => node.context = Some(parser.expr(&rest.remove(0))?),
            "asvar" if !rest.is_empty() => node.name = Some(rest.remove(0)),
            "context" | "asvar" => return Err(missing()),
            "trimmed" => {}
            other => return Err(Error::syntax(format!("Unknown argument: '{other}'."))),
        }
        seen.push(option);
    }
    let trimmed = seen.iter().any(|o| o == "trimmed");
    Ok((node, trimmed))
}

/// Text and variables up to the next other token, which is returned.
fn body(parser: &mut Parser, tokens: &mut Vec<Token>) -> Token {
    loop {
        let token = parser.next_token();
        if !matches!(token.kind, TokenKind::Text | TokenKind::Variable) {
            return token;
        }
        tokens.push(token);
    }
}

fn message(tokens: &[Token], trimmed: bool) -> Message {
    let mut message = Message::default();
    for token in tokens {
        if token.kind == TokenKind::Text {
            message.text.push_str(&token.contents.replace('%', "%%"));
        } else {
            message.text.push_str(&format!("%({})s", token.contents));
            message.vars.push(token.contents.clone());
        }
    }
    if trimmed {
        let stripped = message.text.trim_matches(is_space);
        let lines: Vec<_> = stripped.split('\n').map(|l| l.trim_matches(is_space)).collect();
        message.text = lines.into_iter().filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    }
    message
}

impl BlockTranslate {
    /// The variables that the text names, as written.
    pub fn body_names(&self) -> impl Iterator<Item = &str> {
        self.singular.vars.iter().chain(&self.plural.vars).map(String::as_str)
    }

    /// Whether `with` or `count` make this name.
    pub fn binds(&self, name: &str) -> bool {
        self.vars.iter().chain(&self.count).any(|(bound, _)| bound == name)
    }

    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let context = match &self.context {
            Some(expr) => Some(r.resolve(expr)?.display()).filter(|c| !c.is_empty()),
            None => None,
        };
        let vars = r.resolve_pairs(&self.vars)?;
        let depth = r.scopes.depth();
        r.scopes.push_vars(vars);
        let result = self.text(r, context.as_deref());
        r.scopes.pop_to(depth);
        let text = result?;
        match &self.name {
            Some(name) => r.scopes.set(name, Value::Safe(text)),
            None => out.push_str(&text),
        }
        Ok(())
    }

    fn text(&self, r: &mut Renderer, context: Option<&str>) -> Result<String> {
        let (one, many) = (&self.singular.text, &self.plural.text);
        let (text, source) = match &self.count {
            Some((name, expr)) => {
                let count = r.resolve(expr)?;
                let n = match &count {
                    Value::Int(i) => *i,
                    Value::Bool(b) => (*b).into(),
                    // gettext's rules are for whole numbers; a fraction is never the singular.
                    Value::Float(f) if f.fract() == 0.0 => *f as i64,
                    Value::Float(_) => 2,
                    other => {
                        let message = format!("'{name}' must be a number, not {}.", other.repr());
                        return Err(Error::syntax(message));
                    }
                };
                r.scopes.set(name, count);
                let source = if n == 1 { one } else { many };
                (r.env.ngettext(context, (one, many), n), source)
            }
            None => (r.env.pgettext(context, one), one),
        };
        let mut data = IndexMap::new();
        for name in self.singular.vars.iter().chain(&self.plural.vars) {
            let value = variable(r, name);
            data.insert(name.clone(), r.text_of(&value));
        }
        // A translation that names other variables is as good as none.
        let formatted = interpolate(&text, &data).or_else(|| interpolate(source, &data));
        formatted.ok_or_else(|| Error::syntax(format!("unable to format the translation {text:?}")))
    }
}

fn variable(r: &Renderer, name: &str) -> Value {
    match r.scopes.find(name) {
        Some(Found::Value(value)) => value.clone(),
        Some(Found::Loop(forloop)) => Value::Str(forloop.display()),
        Some(Found::Block(block, _)) => Value::Str(format!("<Block Node: {}>", block.name)),
        None => match name {
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            "None" => Value::None,
            _ => Value::from(r.engine().settings.string_if_invalid.replace("%s", name)),
        },
    }
}

/// `text % data` for `%(name)s` and `%%`; `None` where Python raises.
fn interpolate(text: &str, data: &IndexMap<String, String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (name, after) = rest.strip_prefix('(')?.split_once(')')?;
        out.push_str(data.get(name)?);
        rest = after.strip_prefix('s')?;
    }
    out.push_str(rest);
    Some(out)
}
