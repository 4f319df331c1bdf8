//! The tags, one file each; this one only knows their names.
//! Django: `defaulttags`, `loader_tags`, `templatetags`.

pub(crate) mod block;
pub(crate) mod cache;
pub(crate) mod cycle;
pub(crate) mod debug;
pub(crate) mod extends;
pub(crate) mod filter;
pub(crate) mod firstof;
pub(crate) mod for_loop;
pub(crate) mod i18n;
pub(crate) mod if_tag;
pub(crate) mod ifchanged;
pub(crate) mod include;
pub(crate) mod load;
pub(crate) mod lorem;
pub(crate) mod regroup;
pub(crate) mod render_field;
pub(crate) mod simple;
pub(crate) mod smartif;
pub(crate) mod spaceless;
pub(crate) mod static_files;
pub(crate) mod switch;
pub(crate) mod text;
pub(crate) mod tz;
pub(crate) mod url;
pub(crate) mod with;

use crate::error::Result;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::render::Renderer;

/// Parses one tag, with its body and end tag.
pub(crate) type Compile = fn(&mut Parser, &Token) -> Result<NodeKind>;

type Tags = &'static [(&'static str, Compile)];

const BUILTINS: Tags = &[
    ("autoescape", switch::autoescape),
    ("block", block::parse),
    ("comment", load::comment),
    ("csrf_token", load::csrf_token),
    ("cycle", cycle::parse),
    ("debug", debug::parse),
    ("extends", extends::parse),
    ("filter", filter::parse),
    ("firstof", firstof::parse),
    ("for", for_loop::parse),
    ("if", if_tag::parse),
    ("ifchanged", ifchanged::parse),
    ("include", include::parse),
    ("load", load::parse),
    ("lorem", lorem::parse),
    ("now", text::now),
    ("querystring", url::query_string),
    ("regroup", regroup::parse),
    ("resetcycle", cycle::reset),
    ("spaceless", spaceless::parse),
    ("templatetag", text::template_tag),
    ("url", url::parse),
    ("verbatim", text::verbatim),
    ("widthratio", text::width_ratio),
    ("with", with::parse),
];

const I18N: Tags = &[
    ("trans", i18n::translate::parse),
    ("translate", i18n::translate::parse),
    ("blocktrans", i18n::block::parse),
    ("blocktranslate", i18n::block::parse),
    ("language", i18n::info::language),
    ("get_available_languages", i18n::info::available),
    ("get_current_language", i18n::info::current),
    ("get_current_language_bidi", i18n::info::bidi),
    ("get_language_info", i18n::info::info),
    ("get_language_info_list", i18n::info::info_list),
];

/// The tags of a library; the empty name stands for those that need no `{% load %}`.
pub(crate) fn builtin_tags(library: &str) -> Tags {
    match library {
        "" => BUILTINS,
        "i18n" => I18N,
        "static" => &[
            ("static", static_files::parse),
            ("get_static_prefix", static_files::static_prefix),
            ("get_media_prefix", static_files::media_prefix),
        ],
        "l10n" => &[("localize", switch::localize)],
        "tz" => &[
            ("localtime", switch::localtime),
            ("timezone", tz::parse),
            ("get_current_timezone", tz::current),
        ],
        "cache" => &[("cache", cache::parse)],
        "widget_tweaks" => &[("render_field", render_field::parse)],
        _ => &[],
    }
}

/// Renders the tags that pages use more rarely.
pub(crate) fn render_other(kind: &NodeKind, r: &mut Renderer, out: &mut String) -> Result<()> {
    match kind {
        NodeKind::Cache(tag) => tag.render(r, out),
        NodeKind::CsrfToken => load::render_csrf_token(r, out),
        NodeKind::Cycle(tag) => tag.render(r, out),
        NodeKind::ResetCycle(tag) => tag.reset(r),
        NodeKind::Debug => debug::render(r, out),
        NodeKind::Filter(tag) => tag.render(r, out),
        NodeKind::FirstOf(tag) => tag.render(r, out),
        NodeKind::IfChanged(tag) => tag.render(r, out),
        NodeKind::Lorem(tag) => tag.render(r, out),
        NodeKind::Now(tag) => tag.render(r, out),
        NodeKind::Prefix(tag) => tag.render(r, out),
        NodeKind::QueryString(tag) => tag.render(r, out),
        NodeKind::Regroup(tag) => tag.render(r),
        NodeKind::RenderField(tag) => tag.render(r, out),
        NodeKind::Simple(tag) => tag.render(r, out),
        NodeKind::Spaceless(nodes) => spaceless::render(nodes, r, out),
        NodeKind::Language(tag) => tag.render(r, out),
        NodeKind::LanguageInfo(tag) => tag.render(r),
        NodeKind::TimeZone(zone, nodes) => tz::render(zone, nodes, r, out),
        NodeKind::CurrentTimeZone(name) => tz::render_current(name, r),
        NodeKind::WidthRatio(tag) => tag.render(r, out),
        _ => Ok(()),
    }
}
