//! What only `slash-o check --deploy` asks: read beside the rest, because most of it means nothing to the server.
//! Django: `django.core.checks.security`; DOT: `oauth2_provider.checks`.

use serde_json::{Map, Value};

/// See the module.
#[derive(Debug)]
pub struct Deploy {
    /// SECRET_KEY and SECRET_KEY_FALLBACKS[n] that are short, repetitive or made by startproject.
    pub weak_keys: Vec<String>,
    /// COMPLIANT_BCP_RFC9700_ switches that are on and change nothing but this check.
    pub strict: Vec<&'static str>,
    pub silenced: Vec<String>,
    pub session_cookie_http_only: bool,
}

fn texts(raw: &Map<String, Value>, key: &str) -> Option<Vec<String>> {
    let list = raw.get(key)?.as_array()?;
    Some(list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect())
}

/// Wrong types are told by the readers that the server depends on.
pub(super) fn read(raw: &Map<String, Value>, env_secret: Option<&str>) -> Deploy {
    let secret = env_secret.or_else(|| raw.get("SECRET_KEY")?.as_str()).unwrap_or_default();
    let mut weak_keys: Vec<String> = Vec::new();
    if is_weak(secret) {
        weak_keys.push("SECRET_KEY".into());
    }
    for (n, key) in texts(raw, "SECRET_KEY_FALLBACKS").unwrap_or_default().iter().enumerate() {
        if is_weak(key) {
            weak_keys.push(format!("SECRET_KEY_FALLBACKS[{n}]"));
        }
    }
    let gate = |name: &&str| {
        let dot = raw.get("OAUTH2_PROVIDER").and_then(Value::as_object);
        dot.and_then(|dot| dot.get(&format!("COMPLIANT_BCP_RFC9700_{name}"))) == Some(&Value::Bool(true))
    };
    let gates = ["REFRESH_TOKEN", "REDIRECT_URI_SCHEME", "REDIRECT_URI_MATCHING", "PKCE_REQUIRED"];
    Deploy {
        weak_keys,
        strict: gates.into_iter().filter(gate).collect(),
        silenced: texts(raw, "SILENCED_SYSTEM_CHECKS").unwrap_or_default(),
        session_cookie_http_only: raw.get("SESSION_COOKIE_HTTPONLY") != Some(&Value::Bool(false)),
    }
}

/// Django: `_check_secret_key`.
fn is_weak(key: &str) -> bool {
    let mut unique: Vec<char> = key.chars().collect();
    unique.sort_unstable();
    unique.dedup();
    unique.len() < 5 || key.chars().count() < 50 || key.starts_with("django-insecure-")
}
