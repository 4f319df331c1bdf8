//! Adds `Vary: Cookie`, because the middleware reads the user before every view. The pages themselves redirect to the login
//! page.
//! Django: `LoginRequiredMiddleware`.

use poem::Response;

use crate::endpoints::answer;
use crate::endpoints::input::{cookies, csrf};

use super::passage::Passage;

/// The middleware looks at the user of every view that the CSRF check lets through.
pub fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    let is_view = !answer::is_unresolved(&response) && !csrf::is_refusal(&response);
    if passage.app.site.settings.door.login_required && is_view {
        cookies::vary_on_cookie(&mut response);
    }
    response
}
