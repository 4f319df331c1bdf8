//! The conditions of `{% if %}`.
//! Django: `django.template.smartif`.

use std::cmp::Ordering;

use crate::error::{Error, Kind, Result};
use crate::expr::Expr;
use crate::parser::Parser;
use crate::render::Renderer;
use crate::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    In,
    NotIn,
    Is,
    IsNot,
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

pub(crate) enum Condition {
    Value(Box<Expr>),
    Not(Box<Condition>),
    Binary(Operator, Box<Condition>, Box<Condition>),
}

enum Word {
    Not,
    Operator(Operator, String),
    Value(Box<Expr>),
}

/// Nested `not`s and right operands beyond this are refused.
const MAX_DEPTH: usize = 60;

impl Operator {
    /// How strongly it binds; `not` has 8.
    fn power(self) -> u8 {
        match self {
            Operator::Or => 6,
            Operator::And => 7,
            Operator::In | Operator::NotIn => 9,
            _ => 10,
        }
    }

    fn named(word: &str) -> Option<Operator> {
        Some(match word {
            "or" => Operator::Or,
            "and" => Operator::And,
            "in" => Operator::In,
            "is" => Operator::Is,
            "==" => Operator::Eq,
            "!=" => Operator::Ne,
            ">" => Operator::Gt,
            ">=" => Operator::Ge,
            "<" => Operator::Lt,
            "<=" => Operator::Le,
            _ => return None,
        })
    }
}

pub(crate) fn parse(parser: &Parser, bits: &[String]) -> Result<Condition> {
    let mut words = Vec::new();
    let mut i = 0;
    while i < bits.len() {
        let next = bits.get(i + 1).map(String::as_str);
        let word = match (bits[i].as_str(), next) {
            ("is", Some("not")) => {
                i += 1;
                Word::Operator(Operator::IsNot, "is not".to_owned())
            }
            ("not", Some("in")) => {
                i += 1;
                Word::Operator(Operator::NotIn, "not in".to_owned())
            }
            ("not", _) => Word::Not,
            (word, _) => match Operator::named(word) {
                Some(operator) => Word::Operator(operator, word.to_owned()),
                None => Word::Value(Box::new(parser.expr(word)?)),
            },
        };
        words.push(word);
        i += 1;
    }
    words.reverse();
    let condition = expression(&mut words, 0, 0)?;
    match words.last() {
        None => Ok(condition),
        Some(word) => Err(Error::syntax(format!("Unused '{}' at end of if expression.", text(word)))),
    }
}

fn text(word: &Word) -> &str {
    match word {
        Word::Not => "not",
        Word::Operator(_, name) => name,
        Word::Value(expr) => &expr.text,
    }
}

/// Reads as many words (from the end of the list) as bind more strongly than `power`.
fn expression(words: &mut Vec<Word>, power: u8, depth: usize) -> Result<Condition> {
    if depth > MAX_DEPTH {
        return Err(Error::limit("the condition is nested too deeply"));
    }
    let mut left = match words.pop() {
        None => return Err(Error::syntax("Unexpected end of expression in if tag.")),
        Some(Word::Not) => Condition::Not(Box::new(expression(words, 8, depth + 1)?)),
        Some(Word::Value(expr)) => Condition::Value(expr),
        Some(Word::Operator(_, name)) => {
            return Err(Error::syntax(format!("Not expecting '{name}' in this position in if tag.")));
        }
    };
    // Each operator nests the condition by one level, which evaluation then descends.
    let mut length = depth;
    while let Some(word) = words.last() {
        let operator = match word {
            Word::Operator(operator, _) => *operator,
            // `not` binds with 8 but is no infix operator.
            Word::Not if power < 8 => {
                return Err(Error::syntax("Not expecting 'not' as infix operator in if tag."));
            }
            _ => break,
        };
        if operator.power() <= power {
            break;
        }
        length += 1;
        if length > MAX_DEPTH {
            return Err(Error::limit("the condition is too long"));
        }
        words.pop();
        let right = expression(words, operator.power(), depth + 1)?;
        left = Condition::Binary(operator, Box::new(left), Box::new(right));
    }
    Ok(left)
}

impl Condition {
    pub fn eval(&self, r: &mut Renderer) -> Result<Value> {
        match self {
            Condition::Value(expr) => r.resolve_or_none(expr),
            // Django: an operator whose operand raises is false.
            Condition::Not(inner) => quiet(inner.eval(r).map(|v| Value::Bool(!v.truthy()))),
            Condition::Binary(operator, a, b) => quiet(binary(*operator, a, b, r)),
        }
    }

    /// All expressions in the condition.
    pub fn exprs<'c>(&'c self, out: &mut Vec<&'c Expr>) {
        match self {
            Condition::Value(expr) => out.push(expr),
            Condition::Not(inner) => inner.exprs(out),
            Condition::Binary(_, a, b) => {
                a.exprs(out);
                b.exprs(out);
            }
        }
    }
}

fn quiet(result: Result<Value>) -> Result<Value> {
    match result {
        Err(error) if *error.kind() != Kind::Limit => Ok(Value::Bool(false)),
        other => other,
    }
}

fn binary(operator: Operator, a: &Condition, b: &Condition, r: &mut Renderer) -> Result<Value> {
    let a = a.eval(r)?;
    match operator {
        Operator::Or if a.truthy() => return Ok(a),
        Operator::And if !a.truthy() => return Ok(a),
        _ => {}
    }
    let b = b.eval(r)?;
    let order = |fits: fn(Ordering) -> bool| a.compare(&b).is_some_and(fits);
    Ok(Value::Bool(match operator {
        Operator::Or | Operator::And => return Ok(b),
        Operator::In => b.contains(&a).unwrap_or(false),
        Operator::NotIn => b.contains(&a).is_some_and(|found| !found),
        Operator::Is => a.is(&b),
        Operator::IsNot => !a.is(&b),
        Operator::Eq => a == b,
        Operator::Ne => a != b,
        Operator::Gt => order(Ordering::is_gt),
        Operator::Ge => order(Ordering::is_ge),
        Operator::Lt => order(Ordering::is_lt),
        Operator::Le => order(Ordering::is_le),
    }))
}
