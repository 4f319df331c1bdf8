//! The public client that the documentation's Authorize button uses, for `createapplication --docs` and the first start.

use std::net::IpAddr;

use slash_o_openapi::swagger;

use crate::endpoints::docs;
use crate::failure::Failure;
use crate::oauth::application::Draft;
use crate::random;
use crate::settings::{Bind, Settings};
use crate::vocabulary::{ClientType, GrantType};

/// Code flow with PKCE, consent asked each time. The secret is nobody's: a public client needs none.
///
/// # Errors
/// No randomness.
pub fn draft(settings: &Settings, redirect_uris: &str) -> Result<Draft, Failure> {
    let known = redirect_uris.to_owned();
    Ok(Draft {
        client_id: swagger::CLIENT_ID.into(),
        client_secret: random::text(40, random::ALPHANUMERIC)?,
        hash_client_secret: true,
        redirect_uris: if known.is_empty() { own_redirect_uris(settings) } else { known },
        client_type: ClientType::Public.column().into(),
        authorization_grant_type: GrantType::AuthorizationCode.to_column(),
        name: "API documentation".into(),
        algorithm: if settings.oauth2.oidc.key.is_some() { "RS256".into() } else { String::new() },
        ..Default::default()
    })
}

/// Where the page is, as the configuration has it. A browser of this machine may call a server on loopback, or on every
/// address, by each of loopback's names.
fn own_redirect_uris(settings: &Settings) -> String {
    let page = format!("{}{}", settings.server.docs, swagger::REDIRECT_PAGE);
    let here = Some(settings.server.bind()).filter(|_| !docs::has_issuer(settings));
    let prefix = &settings.django.force_script_name;
    match here {
        Some(Bind::Tcp { host, port }) if is_called_by_loopback(&host) => {
            let v6 = (host.contains(':') || host.is_empty()).then_some("[::1]");
            let hosts = ["127.0.0.1", "localhost"].into_iter().chain(v6);
            let uris: Vec<String> = hosts.map(|host| format!("http://{host}:{port}{prefix}{page}")).collect();
            uris.join(" ")
        }
        _ => format!("{}{page}", docs::base(settings)),
    }
}

fn is_called_by_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host.is_empty() || host == "localhost" || address.is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::own_redirect_uris;

    fn uris(server: serde_json::Value, issuer: &str) -> String {
        let raw = serde_json::json!({
            "SECRET_KEY": "only for the client",
            "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "none" } },
            "OAUTH2_PROVIDER": { "OIDC_ISS_ENDPOINT": issuer },
            "server": server,
        });
        let raw = raw.as_object().cloned().unwrap_or_default();
        own_redirect_uris(&crate::settings::from_raw(raw, "test", |_| None).unwrap())
    }

    #[test]
    fn loopback_and_every_address_are_called_by_each_name_of_loopback() {
        for bind in ["127.0.0.1:9000", "0.0.0.0:9000"] {
            let told = uris(serde_json::json!({ "bind": bind }), "");
            let page = "9000/docs/oauth2-redirect.html";
            assert_eq!(told, format!("http://127.0.0.1:{page} http://localhost:{page}"), "{bind}");
        }
        let told = uris(serde_json::json!({ "bind": "[::]:9000", "docs": "/o/docs/" }), "");
        assert!(told.ends_with(" http://[::1]:9000/o/docs/oauth2-redirect.html"), "{told}");
    }

    #[test]
    fn an_issuer_and_an_address_of_the_network_have_one_name() {
        let told = uris(serde_json::json!({}), "https://id.example/o");
        assert_eq!(told, "https://id.example/docs/oauth2-redirect.html");
        let told = uris(serde_json::json!({ "bind": "192.0.2.7:80" }), "");
        assert_eq!(told, "http://192.0.2.7:80/docs/oauth2-redirect.html");
    }
}
