//! Under which names this server speaks of itself. DOT: `oidc_issuer`, `oauth2_authorization_server_issuer`,
//! `oauth2_resource_authorization_servers`. `base` is `scheme://host` of the request.

use crate::settings::Settings;
use crate::urls::Url;

/// The issuer of ID tokens and of the discovery document. DOT cuts as many characters off that document's address as its
/// own name of it has, wherever the project serves it.
pub fn issuer(settings: &Settings, base: &str) -> String {
    own(settings).or_else(|| cut(settings, base, Url::Discovery)).unwrap_or_else(|| {
        // Differs from DOT: without the document its answer is a 500.
        format!("{base}{}", settings.urls.mount().trim_end_matches('/'))
    })
}

/// The `iss` of RFC 9207.
pub fn of_responses(settings: &Settings, base: &str) -> String {
    own(settings).unwrap_or_else(|| {
        let path = settings.urls.find(Url::ServerMetadata).unwrap_or_default();
        let marker = format!("/{}", Url::ServerMetadata.path());
        format!("{base}{}", path.split(&marker).next().unwrap_or_default())
    })
}

/// The one authorization server of a protected resource; none where the project has no document about it.
pub fn of_resources(settings: &Settings, base: &str) -> Option<String> {
    own(settings).or_else(|| cut(settings, base, Url::ServerMetadata))
}

/// OIDC_ISS_ENDPOINT.
fn own(settings: &Settings) -> Option<String> {
    Some(settings.oauth2.oidc_iss_endpoint.clone()).filter(|issuer| !issuer.is_empty())
}

fn cut(settings: &Settings, base: &str, document: Url) -> Option<String> {
    let address = format!("{base}{}", settings.urls.find(document)?);
    let kept = address.len().saturating_sub(document.path().len() + 1);
    Some(address.get(..kept).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::settings::{Settings, from_raw};

    fn settings(endpoints: &Value, issuer: &str) -> Settings {
        let raw = json!({
            "SECRET_KEY": "a key for tests that is at least fifty characters long", "ALLOWED_HOSTS": ["*"],
            "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
            "OAUTH2_PROVIDER": { "OIDC_ISS_ENDPOINT": issuer },
            "server": { "endpoints": endpoints },
        });
        from_raw(raw.as_object().unwrap().clone(), "test", |_| None).unwrap()
    }

    #[test]
    fn the_documents_of_the_project_say_who_the_issuer_is() {
        let (discovery, metadata) = ("oidc-connect-discovery-info", "oauth-server-metadata");
        let base = "http://testserver";
        for (endpoints, issuer, responses, resources) in [
            (json!({}), "/o", "/o", Some("/o")),
            (json!({ discovery: "/.well-known/openid-configuration" }), "", "/o", Some("/o")),
            (json!({ metadata: "/id/.well-known/oauth-authorization-server" }), "/o", "/id", Some("/id")),
            // DOT counts characters: 33 and 40 of them.
            (
                json!({ discovery: "/a-path-of/more-than-thirty-three/characters" }),
                "/a-path-of/",
                "/o",
                Some("/o"),
            ),
            (json!({ discovery: false, metadata: false }), "/o", "", None),
        ] {
            let settings = settings(&endpoints, "");
            assert_eq!(super::issuer(&settings, base), format!("{base}{issuer}"), "{endpoints}");
            assert_eq!(super::of_responses(&settings, base), format!("{base}{responses}"), "{endpoints}");
            let wanted = resources.map(|path| format!("{base}{path}"));
            assert_eq!(super::of_resources(&settings, base), wanted, "{endpoints}");
        }
        let settings = settings(&json!({ metadata: false }), "https://id.example/");
        assert_eq!(super::of_resources(&settings, base).as_deref(), Some("https://id.example/"));
    }
}
