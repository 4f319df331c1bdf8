//! Tells the language of an answer. Django: `LocaleMiddleware`.

use poem::{Request, Response};

use crate::endpoints::input::Language;

use super::passage::Passage;

pub fn before(passage: &mut Passage<'_>, request: &Request) -> Option<Response> {
    passage.language = request.data::<Language>().cloned();
    None
}

pub fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    if let Some(language) = &passage.language {
        language.tell(passage.app, &mut response);
    }
    response
}
