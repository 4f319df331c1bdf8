//! The device pages' contexts (D-137). DOT: `oauth2_provider/device/*.html`, `DeviceGrantForm`, `DeviceConfirmForm`.

use django_template::Context;
use django_template::forms::{Field, Form};

use entity::application::Model as Application;
use entity::device_grant::Model as DeviceGrant;

use super::rows::{self, Row};
use super::texts;
use super::urls::Urls;

/// Where the user types the code.
pub struct UserCodePage<'a> {
    pub csrf_token: &'a str,
    pub user_code: &'a str,
    pub error: Option<&'a str>,
}

/// Where the user accepts or denies.
pub struct ConfirmPage<'a> {
    pub csrf_token: &'a str,
    pub application: &'a Application,
    pub scopes: Vec<&'a str>,
    pub descriptions: Vec<&'a str>,
}

/// What became of it.
pub struct StatusPage<'a> {
    pub grant: &'a DeviceGrant,
    /// The status in words.
    pub status: &'a str,
}

impl UserCodePage<'_> {
    pub(super) fn context(&self) -> Context {
        let mut field = Field::new("user_code").value(self.user_code);
        field.errors = self.error.iter().map(|text| (*text).to_owned()).collect();
        let form = Form::new().bound(self.error.is_some()).field(field);
        Context::new().with("csrf_token", self.csrf_token).with("form", form)
    }
}

impl ConfirmPage<'_> {
    pub(super) fn context(&self, urls: &Urls) -> Context {
        Context::new()
            .with("csrf_token", self.csrf_token)
            .with("form", Form::new().field(Field::new("action")))
            .with("application", rows::application(self.application, None, urls))
            .with("scopes", texts(&self.scopes))
            .with("scopes_descriptions", texts(&self.descriptions))
    }
}

impl StatusPage<'_> {
    pub(super) fn context(&self) -> Context {
        let grant = self.grant;
        let row = Row::new(format!("DeviceGrant object ({})", grant.id))
            .with("pk", grant.id)
            .with("id", grant.id)
            .with("user_code", &grant.user_code)
            .with("client_id", &grant.client_id)
            .with("scope", &grant.scope)
            .with("expires", grant.expires)
            .with("status", &grant.status)
            .with("get_status_display", self.status)
            .into_value();
        Context::new().with("object", row.clone()).with("devicegrant", row)
    }
}
