//! Which filters there are, by library.

use super::Arity::{None as No, One, Optional as Opt};
use super::{Arity, Filter, Run};
use super::{
    date, escape, humanize, languages, lists, logic, numbers, text, timesince, truncate, urlize,
    widget_tweaks, zone,
};

const fn plain(name: &'static str, arity: Arity, run: Run) -> Filter {
    Filter { name, arity, safe: false, text: false, localtime: false, run }
}

const fn safe(name: &'static str, arity: Arity, run: Run) -> Filter {
    Filter { safe: true, ..plain(name, arity, run) }
}

/// A `stringfilter`.
const fn string(name: &'static str, arity: Arity, run: Run) -> Filter {
    Filter { text: true, ..plain(name, arity, run) }
}

/// A `stringfilter` with `is_safe`.
const fn safe_string(name: &'static str, arity: Arity, run: Run) -> Filter {
    Filter { safe: true, ..string(name, arity, run) }
}

const fn local(name: &'static str, arity: Arity, run: Run) -> Filter {
    Filter { localtime: true, ..plain(name, arity, run) }
}

static BUILTINS: [Filter; 57] = [
    plain("add", One, logic::add),
    safe_string("addslashes", No, text::addslashes),
    safe_string("capfirst", No, text::capfirst),
    safe_string("center", One, text::center),
    string("cut", One, text::cut),
    local("date", Opt, date::date),
    plain("default", One, logic::default),
    plain("default_if_none", One, logic::default_if_none),
    plain("dictsort", One, lists::dictsort),
    plain("dictsortreversed", One, lists::dictsortreversed),
    plain("divisibleby", One, logic::divisibleby),
    safe_string("escape", No, escape::escape),
    string("escapejs", No, escape::escapejs),
    safe("escapeseq", No, escape::escapeseq),
    safe("filesizeformat", No, numbers::filesizeformat),
    plain("first", No, lists::first),
    safe("floatformat", Opt, numbers::floatformat),
    safe_string("force_escape", No, escape::force_escape),
    plain("get_digit", One, logic::get_digit),
    safe_string("iriencode", No, text::iriencode),
    safe("join", One, lists::join),
    safe("json_script", Opt, escape::json_script),
    safe("last", No, lists::last),
    plain("length", No, lists::length),
    safe_string("linebreaks", No, escape::linebreaks),
    safe_string("linebreaksbr", No, escape::linebreaksbr),
    safe_string("linenumbers", No, escape::linenumbers),
    safe_string("ljust", One, text::ljust),
    safe_string("lower", No, text::lower),
    string("make_list", No, lists::make_list),
    safe("phone2numeric", No, text::phone2numeric),
    plain("pluralize", Opt, logic::pluralize),
    safe("pprint", No, logic::pprint),
    safe("random", No, lists::random),
    safe_string("rjust", One, text::rjust),
    safe_string("safe", No, escape::safe),
    safe("safeseq", No, escape::safeseq),
    safe("slice", One, lists::slice),
    safe_string("slugify", No, text::slugify),
    safe("stringformat", One, text::stringformat),
    safe_string("striptags", No, escape::striptags),
    local("time", Opt, date::time),
    plain("timesince", Opt, timesince::timesince),
    plain("timeuntil", Opt, timesince::timeuntil),
    safe_string("title", No, text::title),
    safe_string("truncatechars", One, truncate::truncatechars),
    safe_string("truncatechars_html", One, truncate::truncatechars_html),
    safe_string("truncatewords", One, truncate::truncatewords),
    safe_string("truncatewords_html", One, truncate::truncatewords_html),
    safe("unordered_list", No, lists::unordered_list),
    string("upper", No, text::upper),
    string("urlencode", Opt, text::urlencode),
    safe_string("urlize", No, urlize::urlize),
    safe_string("urlizetrunc", One, urlize::urlizetrunc),
    string("wordcount", No, text::wordcount),
    safe_string("wordwrap", One, text::wordwrap),
    plain("yesno", Opt, logic::yesno),
];

static I18N: [Filter; 4] = [
    plain("language_name", No, languages::name),
    plain("language_name_translated", No, languages::name_translated),
    plain("language_name_local", No, languages::name_local),
    plain("language_bidi", No, languages::bidi),
];

static L10N: [Filter; 2] =
    [plain("localize", No, languages::localize), plain("unlocalize", No, languages::unlocalize)];

static TZ: [Filter; 3] = [
    plain("localtime", No, zone::localtime),
    plain("utc", No, zone::utc),
    plain("timezone", One, zone::timezone),
];

static HUMANIZE: [Filter; 6] = [
    safe("ordinal", No, humanize::ordinal),
    safe("intcomma", Opt, humanize::intcomma),
    plain("intword", No, humanize::intword),
    safe("apnumber", No, humanize::apnumber),
    local("naturalday", Opt, humanize::naturalday),
    plain("naturaltime", No, humanize::naturaltime),
];

static WIDGET_TWEAKS: [Filter; 11] = [
    plain("attr", One, widget_tweaks::attr),
    plain("append_attr", One, widget_tweaks::append_attr),
    plain("remove_attr", One, widget_tweaks::remove_attr),
    plain("set_data", One, widget_tweaks::set_data),
    plain("add_class", One, widget_tweaks::add_class),
    plain("add_label_class", One, widget_tweaks::add_label_class),
    plain("add_error_class", One, widget_tweaks::add_error_class),
    plain("add_error_attr", One, widget_tweaks::add_error_attr),
    plain("add_required_class", One, widget_tweaks::add_required_class),
    plain("field_type", No, widget_tweaks::field_type),
    plain("widget_type", No, widget_tweaks::widget_type),
];

/// The filters of a library; the empty name stands for those that need no `{% load %}`.
pub(crate) fn builtin_filters(library: &str) -> &'static [Filter] {
    match library {
        "" => &BUILTINS,
        "i18n" => &I18N,
        "l10n" => &L10N,
        "tz" => &TZ,
        "humanize" => &HUMANIZE,
        "widget_tweaks" => &WIDGET_TWEAKS,
        _ => &[],
    }
}
