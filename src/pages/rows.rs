//! Database rows as templates see Django's models: columns, `get_…_display`, and what `str()` gives (D-148, D-205).
//! DOT: `oauth2_provider.models`.

use chrono::{DateTime, Utc};
use django_template::Value;

use entity::access_token::Model as AccessToken;
use entity::application::Model as Application;
use entity::user::Model as User;
use entity::value::UserId;

use crate::settings::OAuth2Provider;
use crate::vocabulary::{ClientType, GrantType};

use super::Words;
use super::own::Own;
pub use super::row::Row;

pub const ALGORITHMS: [(&str, &str); 3] =
    [("", "No OIDC support"), ("RS256", "RSA with SHA-2 256"), ("HS256", "HMAC with SHA-2 256")];

/// The label of a choice; a value that is none is shown as it is.
fn label(words: &Words<'_>, known: Option<&str>, value: &str) -> String {
    known.map_or_else(|| value.to_owned(), |label| words.text(label))
}

fn id(id: UserId) -> Value {
    match id {
        UserId::Int(number) => Value::Int(number),
        UserId::Uuid(uuid) => Value::from(uuid.to_string()),
    }
}

// Differs from DOT: the password's hash is not handed to templates.
pub fn user(user: &User, own: &Own) -> Value {
    let full_name = format!("{} {}", user.first_name, user.last_name).trim().to_owned();
    let id = id(user.id);
    Row::new(&user.username)
        .with("pk", id.clone())
        .with("id", id)
        .with("username", &user.username)
        .with("get_username", &user.username)
        .with("first_name", &user.first_name)
        .with("last_name", &user.last_name)
        .with("get_full_name", full_name)
        .with("get_short_name", &user.first_name)
        .with("email", &user.email)
        .with("is_staff", user.is_staff)
        .with("is_active", user.is_active)
        .with("is_superuser", user.is_superuser)
        .with("last_login", user.last_login.map(|at| at.0))
        .with("date_joined", user.date_joined.0)
        .with("is_authenticated", true)
        .with("is_anonymous", false)
        .with_own(own.of_user(user.id))
        .into_value()
}

/// Django: `AnonymousUser`.
pub fn anonymous() -> Value {
    Row::new("AnonymousUser")
        .with("pk", Value::None)
        .with("id", Value::None)
        .with("username", "")
        .with("get_username", "")
        .with("is_staff", false)
        .with("is_active", false)
        .with("is_superuser", false)
        .with("is_authenticated", false)
        .with("is_anonymous", true)
        .into_value()
}

/// An application with its owner, where the page knows one.
pub fn application(a: &Application, owner: Option<&User>, words: &Words<'_>) -> Value {
    let text = if a.name.is_empty() { &a.client_id } else { &a.name };
    let client_type = ClientType::of_column(&a.client_type).map(ClientType::label);
    let grant = GrantType::of_column(&a.authorization_grant_type).map(GrantType::label);
    let algorithm = ALGORITHMS.iter().find(|(known, _)| *known == a.algorithm).map(|(_, label)| *label);
    let url = words.urls.reverse("oauth2_provider:detail", &[a.id.to_string()], &[]);
    Row::new(text)
        .with("pk", a.id)
        .with("id", a.id)
        .with("client_id", &a.client_id)
        .with("user", owner.map_or(Value::None, |owner| user(owner, words.own)))
        .with("user_id", a.user_id.map(id))
        .with("redirect_uris", &a.redirect_uris)
        .with("default_redirect_uri", a.redirect_uris.split_whitespace().next().unwrap_or_default())
        .with("post_logout_redirect_uris", &a.post_logout_redirect_uris)
        .with("client_type", &a.client_type)
        .with("get_client_type_display", label(words, client_type, &a.client_type))
        .with("authorization_grant_type", &a.authorization_grant_type)
        .with("get_authorization_grant_type_display", label(words, grant, &a.authorization_grant_type))
        .with("client_secret", &a.client_secret)
        .with("hash_client_secret", a.hash_client_secret)
        .with("name", &a.name)
        .with("skip_authorization", a.skip_authorization)
        .with("created", a.created.0)
        .with("updated", a.updated.0)
        .with("algorithm", &a.algorithm)
        .with("get_algorithm_display", label(words, algorithm, &a.algorithm))
        .with("allowed_origins", &a.allowed_origins)
        .with("registration_source", &a.registration_source)
        .with("cimd_expires_at", a.cimd_expires_at.map(|at| at.0))
        .with("get_absolute_url", url)
        .with_own(words.own.of_application(a.id))
        .into_value()
}

/// An access token; `scopes` are the known ones with their descriptions, in the order of SCOPES.
// Differs from DOT: the token and its checksum are not handed to templates.
pub fn access_token(t: &AccessToken, of: Value, settings: &OAuth2Provider, now: DateTime<Utc>) -> Row {
    let named: Vec<&str> = t.scope.split_whitespace().collect();
    let scopes = settings.scopes.iter().filter(|(name, _)| named.contains(&name.as_str()));
    let scopes: Value = scopes.map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let is_expired = now >= t.expires;
    Row::new(format!("AccessToken #{}", t.id))
        .with("pk", t.id)
        .with("id", t.id)
        .with("application", of)
        .with("expires", t.expires.0)
        .with("is_expired", is_expired)
        .with("is_valid", !is_expired)
        .with("scope", &t.scope)
        .with("scopes", scopes)
        .with("resource", t.resource.0.clone())
        .with("created", t.created.0)
        .with("updated", t.updated.0)
}
