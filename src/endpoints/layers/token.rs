//! Adds `Vary: Authorization`, because DOT's middleware reads the bearer token of every request.
//! DOT: `OAuth2TokenMiddleware`.

use poem::Response;

use crate::endpoints::input::token_user;

use super::methods::AtPath;
use super::passage::Passage;

pub fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    let is_account = passage.at_path.is_some_and(AtPath::is_account);
    token_user::vary(&passage.app.site, &mut response, is_account);
    response
}
