//! `{% static %}`, `{% get_static_prefix %}`, `{% get_media_prefix %}`.
//! Django: `django.templatetags.static`, `ManifestStaticFilesStorage.url`.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::html::escape;
use crate::py::text::quote;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) struct Static {
    pub path: Expr,
    pub name: Option<String>,
}

pub(crate) struct Prefix {
    media: bool,
    pub name: Option<String>,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    if bits.len() < 2 {
        return Err(Error::syntax("'static' takes at least one argument (path to file)"));
    }
    let path = parser.expr(&bits[1])?;
    let name = if bits[bits.len() - 2] == "as" {
        Some(bits.get(3).cloned().ok_or_else(|| Error::syntax("'static' takes a path before 'as'"))?)
    } else {
        None
    };
    Ok(NodeKind::Static(Box::new(Static { path, name })))
}

fn prefix(token: &Token, media: bool) -> Result<NodeKind> {
    let words = token.words();
    let name = match words.as_slice() {
        [_] => None,
        [_, as_word, name, ..] if as_word == "as" => Some(name.clone()),
        _ => return Err(Error::syntax(format!("First argument in '{}' must be 'as'", token.contents))),
    };
    Ok(NodeKind::Prefix(Prefix { media, name }))
}

pub(crate) fn static_prefix(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    prefix(token, false)
}

pub(crate) fn media_prefix(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    prefix(token, true)
}

impl Prefix {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let settings = &r.engine().settings;
        let url = if self.media { &settings.media_url } else { &settings.static_url };
        match &self.name {
            Some(name) => r.scopes.set(name, Value::from(url)),
            None => out.push_str(url),
        }
        Ok(())
    }
}

impl Static {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let path = r.resolve(&self.path)?.display();
        let found = url(r.engine(), &path)?;
        let value = if r.env.autoescape { Value::Safe(escape(&found)) } else { Value::Str(found) };
        match &self.name {
            Some(name) => r.scopes.set(name, value),
            None => out.push_str(&value.display()),
        }
        Ok(())
    }
}

impl Engine {
    /// What `{% static name %}` prints, unescaped; `None` for a name that the manifest lacks.
    pub fn static_url(&self, name: &str) -> Option<String> {
        url(self, name).ok()
    }
}

/// The URL of a static file, with its hashed name if there is a manifest.
fn url(engine: &Engine, path: &str) -> Result<String> {
    let base = &engine.settings.static_url;
    if let Some(url) = engine.settings.static_urls.get(path) {
        return Ok(url.clone());
    }
    if !engine.settings.staticfiles {
        return Ok(join(base, &quote(path, "/")));
    }
    let Some(manifest) = &engine.manifest else { return Ok(stored(base, path)) };
    let clean = path.split(['?', '#']).next().unwrap_or(path);
    let tail = &path[clean.len()..];
    if clean.is_empty() || clean.ends_with('/') {
        return Ok(stored(base, path));
    }
    // Django: names out of a manifest are not quoted.
    let plain = |name: &str| join(base, name.trim_start_matches('/')) + tail;
    match manifest.get(clean.replace('\\', "/").trim_start_matches('/')) {
        Some(hashed) => Ok(plain(hashed)),
        None if engine.settings.strict_manifest => {
            Err(Error::value(format!("Missing staticfiles manifest entry for '{clean}'")))
        }
        None => Ok(plain(clean)),
    }
}

/// Django: `FileSystemStorage.url`.
fn stored(base: &str, path: &str) -> String {
    let path = quote(&path.replace('\\', "/"), "/~!*()'");
    join(base, path.trim_start_matches('/'))
}

/// Python: `urljoin`, for a path without query.
fn join(base: &str, path: &str) -> String {
    let host = base.find("//").map_or(0, |at| at + 2);
    let folder = base[host..].find('/').map_or(base.len(), |at| host + at);
    let (origin, folder) = if host == 0 { ("", base) } else { base.split_at(folder) };
    if path.is_empty() {
        return base.to_owned();
    }
    if path.starts_with("//") {
        return format!("{}{path}", &base[..host.saturating_sub(2)]);
    }
    let mut segments: Vec<&str> = path.split('/').collect();
    if !path.starts_with('/') {
        let all = folder.split('/').chain(segments);
        let all: Vec<&str> = all.collect();
        let last = all.len() - 1;
        let kept = all.into_iter().enumerate().filter(|(i, s)| *i == 0 || *i == last || !s.is_empty());
        segments = kept.map(|(_, s)| s).collect();
    }
    let mut out: Vec<&str> = Vec::new();
    for segment in &segments {
        match *segment {
            "." => {}
            ".." => drop(out.pop()),
            other => out.push(other),
        }
    }
    if matches!(segments.last(), Some(&"." | &"..")) {
        out.push("");
    }
    let joined = out.join("/");
    format!("{origin}{}", if joined.is_empty() { "/" } else { &joined })
}
