//! The contexts of the application pages (D-110 to D-116, D-132 to D-134). DOT: `oauth2_provider.views.application`.

use django_template::{Context, Value};

use entity::application::Model as Application;
use entity::user::Model as User;

pub use super::application_form::ApplicationFormPage;
use super::own::Keys;
use super::query_set::QuerySet;
use super::{Page, Pages, Words, application_form, rows};

// Differs from DOT: our list shows the client_id of an application without a name, where DOT has an empty link.
/// A user's own applications.
pub struct ApplicationsPage<'a> {
    pub applications: &'a [Application],
    pub user: &'a User,
}

/// One of them, with everything that was registered.
pub struct ApplicationPage<'a> {
    pub application: &'a Application,
    pub user: &'a User,
}

/// Asks before it is deleted.
pub struct DeleteApplicationPage<'a> {
    pub application: &'a Application,
    pub user: &'a User,
}

impl Page for ApplicationsPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "oauth2_provider/application_list.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.application.ApplicationList")
    }

    fn keys(&self) -> Keys {
        Keys { applications: self.applications.iter().map(|of| of.id).collect(), users: vec![self.user.id] }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        let rows = self.applications.iter().map(|a| rows::application(a, Some(self.user), pages));
        let rows = QuerySet::new("Application", rows.collect()).into_value();
        Context::new()
            .with("applications", rows.clone())
            .with("object_list", rows)
            .with("is_paginated", false)
            .with("paginator", Value::None)
            .with("page_obj", Value::None)
    }
}

/// `application` and `object` are the same.
fn object(application: &Application, user: &User, words: &Words<'_>) -> Context {
    let row = rows::application(application, Some(user), words);
    Context::new().with("application", row.clone()).with("object", row)
}

impl Page for ApplicationPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "oauth2_provider/application_detail.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.application.ApplicationDetail")
    }

    fn keys(&self) -> Keys {
        Keys { applications: vec![self.application.id], users: vec![self.user.id] }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        object(self.application, self.user, pages)
    }
}

impl Page for DeleteApplicationPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "oauth2_provider/application_confirm_delete.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.application.ApplicationDelete")
    }

    fn keys(&self) -> Keys {
        Keys { applications: vec![self.application.id], users: vec![self.user.id] }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        object(self.application, self.user, pages).with("form", pages.form())
    }
}

impl Page for ApplicationFormPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        match self.application {
            Some(_) => "oauth2_provider/application_form.html",
            None => "oauth2_provider/application_registration_form.html",
        }
    }

    fn view(&self) -> Option<&'static str> {
        Some(match self.application {
            Some(_) => "oauth2_provider.views.application.ApplicationUpdate",
            None => "oauth2_provider.views.application.ApplicationRegistration",
        })
    }

    fn keys(&self) -> Keys {
        let of = self.application.iter().map(|of| of.id).collect();
        Keys { applications: of, users: vec![self.user.id] }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        let context = match self.application {
            // Django: the form has changed the object already when the page is shown again.
            Some(stored) => {
                let changed = Application { name: self.draft.name.clone(), ..stored.clone() };
                object(&changed, self.user, pages)
            }
            None => Context::new(),
        };
        context
            .with("form", application_form::form(self, pages, &pages.static_file(application_form::SCRIPT)))
    }
}
