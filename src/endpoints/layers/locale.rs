//! The language of an answer, as its path or its visitor says. Django: `LocaleMiddleware`.

use poem::http::header;
use poem::{Request, Response};

use crate::endpoints::input::Language;
use crate::endpoints::{answer, vary};

use super::passage::Passage;
use super::security::default;

pub fn before(passage: &mut Passage<'_>, request: &mut Request) {
    let language = Language::of(passage.app, request);
    passage.in_language = in_language(passage, request, &language);
    request.set_data(language.clone());
    passage.language = Some(language);
}

/// Where the path is one of ours but for the language before it: the way there.
fn in_language(passage: &Passage<'_>, request: &Request, language: &Language) -> Option<String> {
    let settings = &passage.app.site.settings;
    let is_prefixed = settings.server.i18n_patterns.is_some_and(|patterns| patterns.prefix_default_language);
    if !is_prefixed || language.is_from_path || passage.at_path.is_some() {
        return None;
    }
    let path = format!("/{}{}", language.code, request.uri().path());
    let is_there = passage.is_ours(&path);
    let lacks_slash = !is_there && settings.django.append_slash && passage.lacks_slash(&path);
    let slash = if lacks_slash { "/" } else { "" };
    (is_there || lacks_slash).then(|| passage.full_path(request, &path, slash))
}

pub fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    if let Some(to) = passage.in_language.as_ref().filter(|_| answer::is_unresolved(&response)) {
        let mut redirect = answer::redirect(to);
        vary::on(&mut redirect, "Accept-Language");
        vary::on(&mut redirect, "Cookie");
        return redirect;
    }
    let language = passage.language.as_ref();
    if !language.is_some_and(|language| language.is_from_path) {
        vary::on(&mut response, "Accept-Language");
    }
    default(&mut response, header::CONTENT_LANGUAGE, language.map(|language| language.code.as_str()));
    response
}
