//! `{% lorem count method random %}`: filler text.
//! Django: `LoremNode`; the words after the well-known start are our own choice.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::number::int;
use crate::py::random::next_random;
use crate::py::text::capitalize;
use crate::render::Renderer;

const START: &str = "lorem ipsum dolor sit amet consectetur adipisicing elit sed do eiusmod tempor incididunt ut \
    labore et dolore magna aliqua";

const WORDS: [&str; 24] = [
    "veniam", "quis", "nostrum", "ratione", "optio", "magni", "tempora", "vitae", "error", "sint", "alias",
    "dicta", "porro", "fuga", "quod", "natus", "illo", "omnis", "saepe", "rerum", "culpa", "nulla", "vero",
    "ipsa",
];

pub(crate) struct Lorem {
    pub count: Expr,
    method: char,
    common: bool,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let mut bits = token.split()?;
    let common = bits.last().is_none_or(|b| b != "random");
    if !common {
        bits.pop();
    }
    let method = match bits.last().map(String::as_str) {
        Some("w") => 'w',
        Some("p") => 'p',
        Some("b") => 'b',
        _ => ' ',
    };
    if method != ' ' {
        bits.pop();
    }
    let count = if bits.len() > 1 { bits.pop() } else { None };
    let count = parser.expr(count.as_deref().unwrap_or("1"))?;
    if bits.len() != 1 {
        return Err(Error::syntax("Incorrect format for 'lorem' tag"));
    }
    Ok(NodeKind::Lorem(Box::new(Lorem { count, method, common })))
}

fn words(count: usize, common: bool, seed: &mut u64) -> Vec<String> {
    let start: Vec<&str> = if common { START.split_whitespace().collect() } else { Vec::new() };
    let mut word = |i: usize| match start.get(i) {
        Some(word) => (*word).to_owned(),
        None => {
            let at = usize::try_from(next_random(seed) % WORDS.len() as u64).unwrap_or(0);
            WORDS.get(at).copied().unwrap_or_default().to_owned()
        }
    };
    (0..count).map(&mut word).collect()
}

impl Lorem {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let count = int(&r.resolve(&self.count)?).unwrap_or(1).max(0);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > r.engine().limits.output / 400 {
            return Err(Error::limit("'lorem' asks for too much text"));
        }
        let mut seed = r.env.options.seed;
        if self.method == 'w' {
            out.push_str(&words(count, self.common, &mut seed).join(" "));
            return Ok(());
        }
        let paragraph = |i: usize| {
            let text = words(40, self.common && i == 0, &mut seed).join(" ");
            let text = format!("{}.", capitalize(&text));
            if self.method == 'p' { format!("<p>{text}</p>") } else { text }
        };
        out.push_str(&(0..count).map(paragraph).collect::<Vec<_>>().join("\n\n"));
        Ok(())
    }
}
