//! The device pages' contexts (D-137). DOT: `oauth2_provider/device/*.html`, `DeviceGrantForm`, `DeviceConfirmForm`.

use django_template::forms::Field;
use django_template::{Context, Value};

use entity::application::Model as Application;
use entity::device_grant::Model as DeviceGrant;
use entity::user::Model as User;

use super::own::Keys;
use super::rows::{self, Row};
use super::{Page, Pages, Words, texts};

pub const CONFIRM: &str = "oauth2_provider/device/accept_deny.html";

/// Where the user types the code.
pub struct UserCodePage<'a> {
    pub user_code: &'a str,
    pub error: Option<&'a str>,
}

/// Where the user accepts or denies.
pub struct ConfirmPage<'a> {
    pub application: &'a Application,
    /// Whose application it is, if the template asks.
    pub owner: Option<&'a User>,
    pub scopes: Vec<&'a str>,
    pub descriptions: Vec<&'a str>,
}

/// What became of it.
pub struct StatusPage<'a> {
    pub grant: &'a DeviceGrant,
    /// Who let the device in, if known.
    pub user: Option<&'a User>,
    /// The status in words.
    pub status: &'a str,
}

impl Page for UserCodePage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "oauth2_provider/device/user_code.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.device.DeviceUserCodeView")
    }

    fn context(&self, words: &Words<'_>) -> Context {
        let mut field = Field::new("user_code").value(self.user_code);
        field.errors = self.error.iter().map(|text| words.error(text)).collect();
        let form = words.form().bound(self.error.is_some()).field(field);
        Context::new().with("form", form)
    }
}

impl Page for ConfirmPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        CONFIRM
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.device.DeviceConfirmView")
    }

    fn keys(&self) -> Keys {
        Keys {
            applications: vec![self.application.id],
            users: self.owner.iter().map(|user| user.id).collect(),
        }
    }

    fn context(&self, pages: &Words<'_>) -> Context {
        let texts_of = self.scopes.iter().zip(&self.descriptions);
        let descriptions: Vec<&str> = texts_of.map(|(scope, text)| pages.scope(scope, text)).collect();
        Context::new()
            .with("form", pages.form().field(Field::new("action").class("choicefield")))
            .with("application", rows::application(self.application, self.owner, pages))
            .with("scopes", texts(&self.scopes))
            .with("scopes_descriptions", texts(&descriptions))
    }
}

impl Page for StatusPage<'_> {
    fn template(&self, _pages: &Pages) -> &'static str {
        "oauth2_provider/device/device_grant_status.html"
    }

    fn view(&self) -> Option<&'static str> {
        Some("oauth2_provider.views.device.DeviceGrantStatusView")
    }

    fn keys(&self) -> Keys {
        Keys { applications: Vec::new(), users: self.user.iter().map(|user| user.id).collect() }
    }

    fn context(&self, words: &Words<'_>) -> Context {
        let grant = self.grant;
        let row = Row::new(format!("DeviceGrant object ({})", grant.id))
            .with("pk", grant.id)
            .with("id", grant.id)
            .with("user_code", &grant.user_code)
            .with("client_id", &grant.client_id)
            .with("user", self.user.map_or(Value::None, |user| rows::user(user, words.own)))
            .with("interval", grant.interval)
            .with("last_checked", grant.last_checked.0)
            .with("scope", &grant.scope)
            .with("expires", grant.expires.0)
            .with("status", &grant.status)
            .with("get_status_display", words.text(self.status))
            .into_value();
        Context::new().with("object", row.clone()).with("devicegrant", row)
    }
}
