//! `{% language %}` and the tags that tell of languages.
//! Django: `LanguageNode`, `GetLanguageInfoNode` and its siblings.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::i18n::languages::{self, language_info};
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::render::Renderer;
use crate::tags::tz::variable_name;
use crate::value::Value;

pub(crate) struct Language {
    pub code: Expr,
    pub nodes: Nodes,
}

pub(crate) struct LanguageInfo {
    pub question: Question,
    pub name: String,
}

/// What a tag tells.
pub(crate) enum Question {
    Available,
    Current,
    CurrentBidi,
    Info(Expr),
    InfoList(Expr),
}

pub(crate) fn language(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let [_, code] = bits.as_slice() else {
        return Err(Error::syntax("'language' takes one argument (language)"));
    };
    let code = parser.expr(code)?;
    let nodes = parser.body("endlanguage")?;
    Ok(NodeKind::Language(Box::new(Language { code, nodes })))
}

fn node(question: Question, name: String) -> NodeKind {
    NodeKind::LanguageInfo(Box::new(LanguageInfo { question, name }))
}

pub(crate) fn available(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    Ok(node(Question::Available, variable_name(token)?))
}

pub(crate) fn current(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    Ok(node(Question::Current, variable_name(token)?))
}

pub(crate) fn bidi(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    Ok(node(Question::CurrentBidi, variable_name(token)?))
}

/// The expression and the name in `{% tag for expression as name %}`.
fn for_as(parser: &Parser, token: &Token) -> Result<(Expr, String)> {
    let bits = token.split()?;
    match bits.as_slice() {
        [_, for_word, expr, as_word, name] if for_word == "for" && as_word == "as" => {
            Ok((parser.expr(expr)?, name.clone()))
        }
        _ => Err(Error::syntax(format!("'{}' requires 'for ... as variable'", token.contents))),
    }
}

pub(crate) fn info(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let (expr, name) = for_as(parser, token)?;
    Ok(node(Question::Info(expr), name))
}

pub(crate) fn info_list(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let (expr, name) = for_as(parser, token)?;
    Ok(node(Question::InfoList(expr), name))
}

impl Language {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let language = match r.resolve(&self.code)? {
            Value::None => "en-us".to_owned(),
            Value::Str(code) | Value::Safe(code) => code.to_lowercase(),
            other => return Err(Error::value(format!("{} is no language code", other.repr()))),
        };
        let before = std::mem::replace(&mut r.env.language, language);
        let result = r.nodes(&self.nodes, out);
        r.env.language = before;
        result
    }
}

impl LanguageInfo {
    pub fn render(&self, r: &mut Renderer) -> Result<()> {
        let value = match &self.question {
            Question::Current => Value::from(&r.env.language),
            Question::CurrentBidi => Value::Bool(is_bidi(&r.env.language)),
            Question::Available => available_languages(r),
            Question::Info(expr) => {
                let code = r.resolve(expr)?;
                info_value(r, &code.display())?
            }
            Question::InfoList(expr) => {
                let items = r.resolve(expr)?;
                let message = || Error::value(format!("{} cannot be iterated", items.repr()));
                let items = items.iter().ok_or_else(message)?;
                let infos: Result<Vec<_>> = items.iter().map(|item| info_value(r, &code_of(item))).collect();
                Value::List(infos?)
            }
        };
        r.scopes.set(&self.name, value);
        Ok(())
    }
}

/// The code in a pair such as `("de", "German")`, or the item itself.
fn code_of(item: &Value) -> String {
    match item {
        Value::Tuple(parts) | Value::List(parts) => parts.first().map(Value::display).unwrap_or_default(),
        other => other.display(),
    }
}

pub(crate) fn is_bidi(code: &str) -> bool {
    let generic = code.split('-').next().unwrap_or(code);
    language_info(generic).is_some_and(|info| info.bidi)
}

fn available_languages(r: &Renderer) -> Value {
    let own = &r.engine().settings.languages;
    let all = if own.is_empty() { languages::default_languages() } else { own.clone() };
    let pair = |(code, name): (String, String)| {
        Value::Tuple(vec![Value::Str(code), Value::Str(r.env.gettext(&name))])
    };
    Value::List(all.into_iter().map(pair).collect())
}

fn info_value(r: &Renderer, code: &str) -> Result<Value> {
    let info = language_info(code).ok_or_else(|| Error::value(format!("Unknown language code {code}.")))?;
    Ok(Value::map()
        .with("bidi", info.bidi)
        .with("code", info.code)
        .with("name", info.name)
        .with("name_local", info.name_local)
        .with("name_translated", r.env.gettext(info.name)))
}
