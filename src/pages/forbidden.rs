//! The page of a failed CSRF check (D-48). Django: `csrf_failure`.

use django::csrf::Reason;
use django_template::Context;

use super::{Page, Pages, Words};

const OWN: &str = "403_csrf.html";

/// Why a form was refused.
pub struct CsrfPage<'a> {
    pub reason: &'a Reason,
    pub debug: bool,
}

impl Page for CsrfPage<'_> {
    /// A team's own page comes first.
    fn template(&self, pages: &Pages) -> &'static str {
        if pages.engine.has(OWN) { OWN } else { "slash-o/403_csrf.html" }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        // Django: a template of the project gets nothing but what the context processors add.
        if self.template(pages) == OWN {
            return Context::new();
        }
        Context::new()
            .with("title", "Forbidden")
            .with("main", "CSRF verification failed. Request aborted.")
            .with("reason", self.reason.to_string())
            .with("no_referer", matches!(self.reason, Reason::NoReferer))
            .with("no_cookie", matches!(self.reason, Reason::NoCookie))
            .with("DEBUG", self.debug)
    }
}
