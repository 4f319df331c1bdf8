//! The contexts of the application pages (D-110 to D-116, D-132 to D-134). DOT: `oauth2_provider.views.application`.

use chrono::{DateTime, Utc};
use django_template::forms::Form;
use django_template::{Context, Value};

use entity::application::Model as Application;
use entity::user::Model as User;

use crate::oauth::Params;
use crate::oauth::application::{Draft, Problem};

use super::urls::Urls;
use super::{Pages, application_form, rows};

// Differs from DOT: our list shows the client_id of an application without a name, where DOT has an empty link.
/// A user's own applications.
pub struct ListPage<'a> {
    pub applications: &'a [Application],
    pub user: &'a User,
}

/// One of them, with everything that was registered.
pub struct DetailPage<'a> {
    pub application: &'a Application,
    pub user: &'a User,
}

/// Asks before it is deleted.
pub struct DeletePage<'a> {
    pub csrf_token: &'a str,
    pub application: &'a Application,
    pub user: &'a User,
}

/// The form: for a new application, or for a stored one.
pub struct FormPage<'a> {
    pub csrf_token: &'a str,
    pub user: &'a User,
    /// As stored; None for a new one.
    pub application: Option<&'a Application>,
    /// What the fields show until something is sent, and what a sent form made of them.
    pub draft: &'a Draft,
    /// Whether the stored secret is a hash.
    pub is_hashed: bool,
    /// The form as it was sent.
    pub submitted: Option<&'a Params>,
    pub problems: &'a [Problem],
}

impl ListPage<'_> {
    fn context(&self, urls: &Urls) -> Context {
        let rows: Vec<Value> =
            self.applications.iter().map(|a| rows::application(a, Some(self.user), urls)).collect();
        Context::new()
            .with("user", rows::user(self.user))
            .with("applications", rows.clone())
            .with("object_list", rows)
            .with("is_paginated", false)
            .with("paginator", Value::None)
            .with("page_obj", Value::None)
    }
}

/// `application` and `object` are the same.
fn object(application: &Application, user: &User, urls: &Urls) -> Context {
    let row = rows::application(application, Some(user), urls);
    Context::new().with("user", rows::user(user)).with("application", row.clone()).with("object", row)
}

impl FormPage<'_> {
    fn context(&self, urls: &Urls, static_url: &str) -> Context {
        let context = match self.application {
            // Django: the form has changed the object already when the page is shown again.
            Some(stored) => {
                let changed = Application { name: self.draft.name.clone(), ..stored.clone() };
                object(&changed, self.user, urls)
            }
            None => Context::new().with("user", rows::user(self.user)),
        };
        let form = application_form::form(self, static_url);
        context.with("csrf_token", self.csrf_token).with("form", form)
    }
}

impl Pages {
    /// # Errors
    /// A template that does not parse or render.
    pub fn application_list(&self, page: &ListPage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        self.render("oauth2_provider/application_list.html", &page.context(&self.urls), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn application_detail(&self, page: &DetailPage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        let context = object(page.application, page.user, &self.urls);
        self.render("oauth2_provider/application_detail.html", &context, now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn application_form(&self, page: &FormPage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        let name = match page.application {
            Some(_) => "oauth2_provider/application_form.html",
            None => "oauth2_provider/application_registration_form.html",
        };
        self.render(name, &page.context(&self.urls, &self.static_url), now)
    }

    /// # Errors
    /// A template that does not parse or render.
    pub fn application_delete(&self, page: &DeletePage<'_>, now: DateTime<Utc>) -> Result<String, String> {
        let context = object(page.application, page.user, &self.urls);
        let context = context.with("csrf_token", page.csrf_token).with("form", Form::new());
        self.render("oauth2_provider/application_confirm_delete.html", &context, now)
    }
}
