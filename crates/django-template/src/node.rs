//! The parsed template.
//! Django: `Node`, `NodeList`, `Template`.

use std::sync::Arc;

use crate::error::Error;
use crate::expr::Expr;
use crate::lexer::{Origin, Span};
use crate::tags::{cache, cycle, filter, firstof, for_loop, i18n, if_tag, ifchanged, include};
use crate::tags::{extends, lorem, regroup, render_field, simple, static_files, text, url, with};

pub(crate) struct Template {
    pub origin: Arc<Origin>,
    pub nodes: Nodes,
    pub blocks: Vec<Arc<Block>>,
    /// Libraries that are not known, and of which nothing is used.
    pub unused: Vec<Error>,
}

impl Template {
    /// Whether the first tag is `{% extends %}`.
    pub fn extends(&self) -> bool {
        let first = self.nodes.list.iter().find(|n| !matches!(n.kind, NodeKind::Text(_)));
        first.is_some_and(|n| matches!(n.kind, NodeKind::Extends(_)))
    }
}

/// `{% block name %}`.
pub(crate) struct Block {
    pub name: String,
    pub nodes: Nodes,
    pub origin: Arc<Origin>,
}

#[derive(Default)]
pub(crate) struct Nodes {
    pub list: Vec<Node>,
    pub has_tags: bool,
}

pub(crate) struct Node {
    pub kind: NodeKind,
    pub span: Span,
}

/// What a `{% localize %}`-like tag switches while its body is rendered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    Autoescape,
    Localize,
    LocalTime,
}

pub(crate) enum NodeKind {
    Text(String),
    Variable(Expr),
    /// `load`, `comment`.
    Nothing,
    /// The contents of `verbatim`, and `templatetag`.
    Verbatim(String),
    Switch(Switch, bool, Nodes),
    Block(Arc<Block>),
    Cache(Box<cache::Cache>),
    CsrfToken,
    Cycle(Arc<cycle::Cycle>),
    ResetCycle(Arc<cycle::Cycle>),
    Debug,
    Extends(Box<extends::Extends>),
    Filter(Box<filter::Filter>),
    FirstOf(firstof::FirstOf),
    For(Box<for_loop::For>),
    If(if_tag::If),
    IfChanged(Box<ifchanged::IfChanged>),
    Include(Box<include::Include>),
    Lorem(Box<lorem::Lorem>),
    Now(text::Now),
    Prefix(static_files::Prefix),
    QueryString(Box<url::QueryString>),
    Regroup(Box<regroup::Regroup>),
    RenderField(Box<render_field::RenderField>),
    Simple(Box<simple::Simple>),
    Spaceless(Nodes),
    Static(Box<static_files::Static>),
    Translate(Box<i18n::translate::Translate>),
    BlockTranslate(Box<i18n::block::BlockTranslate>),
    Language(Box<i18n::info::Language>),
    LanguageInfo(Box<i18n::info::LanguageInfo>),
    TimeZone(Box<Expr>, Nodes),
    CurrentTimeZone(String),
    Url(Box<url::Url>),
    WidthRatio(Box<text::WidthRatio>),
    With(Box<with::With>),
}

impl NodeKind {
    /// The node lists inside, for walks over the whole tree.
    pub fn children(&self) -> Vec<&Nodes> {
        match self {
            NodeKind::Switch(_, _, nodes) | NodeKind::Spaceless(nodes) | NodeKind::TimeZone(_, nodes) => {
                vec![nodes]
            }
            NodeKind::Block(block) => vec![&block.nodes],
            NodeKind::Cache(cache) => vec![&cache.nodes],
            NodeKind::Extends(extends) => vec![&extends.nodes],
            NodeKind::Filter(filter) => vec![&filter.nodes],
            NodeKind::For(f) => std::iter::once(&f.nodes).chain(f.empty.as_ref()).collect(),
            NodeKind::If(i) => i.branches.iter().map(|(_, nodes)| nodes).collect(),
            NodeKind::IfChanged(i) => std::iter::once(&i.nodes).chain(i.otherwise.as_ref()).collect(),
            NodeKind::Language(language) => vec![&language.nodes],
            NodeKind::With(with) => vec![&with.nodes],
            _ => Vec::new(),
        }
    }
}
