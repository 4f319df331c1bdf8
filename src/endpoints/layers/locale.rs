//! The language of an answer, as its visitor chose it. Django: `LocaleMiddleware`.

use poem::http::header;
use poem::{Request, Response};

use crate::endpoints::input::Language;
use crate::endpoints::vary;

use super::passage::Passage;
use super::security::default;

pub fn before(passage: &mut Passage<'_>, request: &mut Request) {
    let language = Language::of(passage.app, request);
    request.set_data(language.clone());
    passage.language = Some(language);
}

pub fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    vary::on(&mut response, "Accept-Language");
    let language = passage.language.as_ref().map(|language| language.0.as_str());
    default(&mut response, header::CONTENT_LANGUAGE, language);
    response
}
