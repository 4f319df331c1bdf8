//! Who looks at every view, asks the session for its user; the pages themselves redirect to the login page.
//! Django: `LoginRequiredMiddleware`.

use poem::{Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::head::{Head, KeptHead};
use crate::endpoints::input::{Browser, Wants, csrf};

use super::passage::Passage;

/// A view that the middleware looks at.
pub struct View {
    visitor: Option<KeptHead>,
    /// The user is known already: the session is not asked.
    is_known: bool,
}

impl View {
    /// None where the middleware is not there.
    pub async fn of(passage: &Passage<'_>, request: &Request) -> Option<View> {
        let settings = &passage.app.site.settings;
        if !settings.middleware.login_required {
            return None;
        }
        let is_known = settings.token_middleware.comes_first
            && Browser::new(passage.app, Head::of(request))
                .user_of_token()
                .await
                .is_ok_and(|user| user.is_some());
        let is_asked = passage.session_cookie.is_some() && passage.visitor.is_none() && !is_known;
        Some(View { visitor: is_asked.then(|| KeptHead::of(request)), is_known })
    }

    /// Nobody looks where no view has been found, nor where the CSRF check comes first and refuses.
    pub fn answered(self, passage: &mut Passage<'_>, response: &Response) {
        let refused_first =
            csrf::is_refusal(response) && !passage.app.site.settings.middleware.login_before_csrf;
        if self.is_known || answer::is_unresolved(response) || refused_first {
            return;
        }
        passage.looks_at_session = true;
        passage.wants = if passage.session_cookie.is_some() { Wants::User } else { passage.wants };
        passage.visitor = passage.visitor.take().or(self.visitor);
    }
}
