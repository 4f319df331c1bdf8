//! The OpenAPI document of one configuration at one origin: what poem-openapi knows of the machine endpoints, and what it
//! cannot know: plain routes, URLs, scopes, examples, intended differences.

use serde_json::{Map, Value, json};

use crate::{differences, examples, grants, machine, paths, security};

/// A URL by DOT's name, with its paths below a mount as OpenAPI writes them; the first is the advertised one. They are data:
/// where URLs are is known to the crate that answers there.
#[derive(Clone, Debug)]
pub struct DescribedUrl {
    pub name: &'static str,
    pub paths: Vec<String>,
}

/// What the configuration and the origin say about the document.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The URLs that are to be described.
    pub urls: Vec<DescribedUrl>,
    /// The path of the login page.
    pub login: String,
    /// Scheme, host and path prefix of the site, without a slash at the end.
    pub base: String,
    /// The mounts, each with a slash at both ends; the first one is the main one.
    pub mounts: Vec<String>,
    /// The page of the documentation, with its slashes; empty if there is none.
    pub docs: String,
    /// Name and description, in the order of the settings.
    pub scopes: Vec<(String, String)>,
    /// Values of `grant_type` that may succeed.
    pub grant_types: Vec<String>,
    /// Values of `grant_types` that a client may register.
    pub registered_grants: Vec<String>,
    /// The device flow is on.
    pub device: bool,
    /// Values of `response_type` that may succeed.
    pub response_types: Vec<String>,
    /// Values of `code_challenge_method`.
    pub challenge_methods: Vec<String>,
    /// Machine endpoints read JSON instead of forms.
    pub json_body: bool,
    /// The cookie of a logged-in browser.
    pub session_cookie: String,
    /// OIDC_ENABLED.
    pub openid: bool,
    /// RP-initiated logout.
    pub logout: bool,
    /// Dynamic client registration.
    pub registration: bool,
    /// The documents of RFC 8414 and RFC 9728.
    pub metadata: bool,
    /// They also answer at the root.
    pub metadata_at_root: bool,
    /// A client may be a URL (CIMD_ENABLED).
    pub client_documents: bool,
    /// The names of `[server.compat]` that bring DOT's way back.
    pub compat: Vec<String>,
}

impl Facts {
    /// The path of a URL below a mount; none if there is nothing to describe.
    pub fn path(&self, name: &str) -> Option<&str> {
        self.paths(name).first().map(String::as_str)
    }

    /// All paths of a URL below a mount.
    pub fn paths(&self, name: &str) -> &[String] {
        self.urls.iter().find(|url| url.name == name).map_or(&[], |url| &url.paths)
    }

    /// The absolute URL of a name below the main mount.
    pub fn url(&self, name: &str) -> String {
        format!("{}{}", self.main(), self.path(name).unwrap_or_default())
    }

    /// An example of a path as a browser is sent to it.
    pub(crate) fn example(&self, name: &str) -> String {
        let mount = self.mounts.first().map_or("/o/", String::as_str).trim_end_matches('/');
        let path = self.path(name).unwrap_or_default();
        format!("{mount}{path}").replace("{client_id}", "tv").replace("{user_code}", "B4DF67XQ")
    }

    /// An example of the way over the login page.
    pub(crate) fn login_example(&self, name: &str) -> String {
        format!("{}?next={}", self.login, self.example(name))
    }

    /// The absolute URL of the main mount, without a slash at the end.
    fn main(&self) -> String {
        let mount = self.mounts.first().map_or("/o/", String::as_str);
        format!("{}{}", self.base, mount.trim_end_matches('/'))
    }

    /// DOT's content types and headers of errors are back.
    pub fn has_plain_errors(&self) -> bool {
        self.compat.iter().any(|name| name == "json_errors")
    }

    pub fn has_scope(&self, name: &str) -> bool {
        self.scopes.iter().any(|(scope, _)| scope == name)
    }
}

/// Fields that may be null: poem-openapi only knows absent ones.
const NULLABLE: &[(&str, &str)] = &[("DeviceBody", "verification_uri")];

/// The published form of what poem-openapi made of the machine endpoints; `spec` is its JSON text.
///
/// # Errors
/// A `spec` that is no JSON.
pub fn render(spec: &str, facts: &Facts) -> Result<String, serde_json::Error> {
    let mut document: Value = serde_json::from_str(spec)?;
    document["openapi"] = json!("3.0.3");
    document["info"] = info(&document["info"], facts);
    document["servers"] = servers(facts);
    document["tags"] = tags(facts);
    machine::paths(&mut document["paths"], facts);
    headers_by_their_names(&mut document["paths"]);
    machine::registration(&mut document, facts);
    paths::add(&mut document, facts);
    nullable(&mut document["components"]["schemas"]);
    allowed_values(&mut document, facts);
    grants::limit(&mut document, facts);
    machine::bodies(&mut document["paths"], facts);
    for (_, operation) in operations(&mut document["paths"]) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        examples::add(operation, &id, facts);
        tell_differences(operation, &id, facts);
        security::require(operation, &id, facts);
    }
    document["components"]["securitySchemes"] = security::schemes(facts);
    serde_json::to_string_pretty(&document)
}

/// Every operation, with its path.
pub(crate) fn operations(paths: &mut Value) -> Vec<(String, &mut Value)> {
    let Some(paths) = paths.as_object_mut() else { return Vec::new() };
    let mut out = Vec::new();
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else { continue };
        for (method, operation) in item {
            if ["get", "post", "put", "delete"].contains(&method.as_str()) {
                out.push((path.clone(), operation));
            }
        }
    }
    out
}

fn info(info: &Value, facts: &Facts) -> Value {
    let scopes: Vec<String> = facts.scopes.iter().map(|(name, text)| format!("- `{name}`: {text}")).collect();
    let text = format!(
        "OAuth 2.0 provider with the URLs, forms and answers of django-oauth-toolkit (DOT).\n\n\
         Clients authenticate with Basic, or with `client_id` and `client_secret` in the form (client in body, RFC 6749 \
         section 2.3.1; OpenAPI has no name for it, so operations that take it list an empty security requirement \
         and the two fields). Public clients send `client_id` alone.\n\n\
         Every operation answers 400 with a page if the Host is not in ALLOWED_HOSTS or the body cannot be read, 405 with \
         `Allow` to other methods, 408 if the body comes too slowly, and carries `X-Request-Id`.\n\n\
         Scopes:\n\n{}",
        scopes.join("\n")
    );
    json!({
        "title": info["title"],
        "description": text,
        "license": { "name": "MIT OR Apache-2.0", "url": "https://spdx.org/licenses/MIT.html" },
        "version": info["version"],
    })
}

/// One for each mount.
pub(crate) fn servers(facts: &Facts) -> Value {
    let server = |mount: &String| json!({ "url": format!("{}{}", facts.base, mount.trim_end_matches('/')) });
    // An empty URL is none; a mount at the root of an unknown host is a slash.
    facts.mounts.iter().map(server).collect()
}

fn tags(facts: &Facts) -> Value {
    let all = [
        (true, "tokens", "Tokens: get, revoke, look at. Clients call these."),
        (true, "browser", "Pages that the user's browser visits. They need a session."),
        (facts.openid, "openid", "OpenID Connect: who the user is."),
        (facts.registration, "registration", "Clients register themselves (RFC 7591, RFC 7592)."),
        (facts.metadata, "metadata", "Documents for clients that configure themselves."),
    ];
    let wanted = all.into_iter().filter(|(there, ..)| *there);
    wanted.map(|(_, name, text)| json!({ "name": name, "description": text })).collect()
}

/// poem-openapi writes the names of headers in capitals.
fn headers_by_their_names(paths: &mut Value) {
    for (_, operation) in operations(paths) {
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for response in responses.values_mut() {
            let Some(headers) = response.get_mut("headers").and_then(Value::as_object_mut) else { continue };
            *headers = std::mem::take(headers).into_iter().map(|(name, v)| (title(&name), v)).collect();
        }
    }
}

/// `WWW-AUTHENTICATE` as `WWW-Authenticate`.
fn title(name: &str) -> String {
    let word = |word: &str| match word {
        "WWW" => word.to_owned(),
        _ => word.chars().take(1).chain(word.to_lowercase().chars().skip(1)).collect(),
    };
    name.split('-').map(word).collect::<Vec<String>>().join("-")
}

fn nullable(schemas: &mut Value) {
    for (schema, field) in NULLABLE {
        if let Some(field) = schemas[*schema]["properties"].get_mut(*field) {
            field["nullable"] = json!(true);
        }
    }
    if let Some(claims) = schemas.get_mut("UserinfoBody") {
        claims["additionalProperties"] = json!(true);
    }
}

/// Values that the configuration allows.
fn allowed_values(document: &mut Value, facts: &Facts) {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let hints = owned(&["access_token", "refresh_token"]);
    let methods = owned(&["client_secret_basic", "client_secret_post", "none"]);
    for (schema, field, values) in [
        ("TokenForm", "grant_type", &facts.grant_types),
        ("RevokeForm", "token_type_hint", &hints),
        ("DecisionForm", "response_type", &facts.response_types),
        ("DecisionForm", "code_challenge_method", &facts.challenge_methods),
        ("DeviceDecisionForm", "action", &owned(&["accept", "deny"])),
        ("RegistrationForm", "token_endpoint_auth_method", &methods),
    ] {
        let pointer = format!("/components/schemas/{schema}/properties/{field}");
        if let Some(field) = document.pointer_mut(&pointer) {
            field["enum"] = json!(values);
        }
    }
    let Some(path) = facts.path("authorize") else { return };
    let Some(parameters) = document["paths"][path]["get"]["parameters"].as_array_mut() else { return };
    for parameter in parameters {
        match parameter["name"].as_str() {
            Some("response_type") => parameter["schema"]["enum"] = json!(facts.response_types),
            Some("code_challenge_method") => parameter["schema"]["enum"] = json!(facts.challenge_methods),
            Some("approval_prompt") => parameter["schema"]["enum"] = json!(["auto", "force"]),
            _ => {}
        }
    }
}

/// What is not as in DOT, from the page that tells it for everything.
fn tell_differences(operation: &mut Value, id: &str, facts: &Facts) {
    let lines = differences::of(id, facts);
    if lines.is_empty() {
        return;
    }
    let text = operation["description"].as_str().unwrap_or_default();
    let list: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    operation["description"] = json!(format!(
        "{text}\n\n<details><summary>Where this differs from DOT on purpose ({})</summary>\n\n{}\n\n</details>",
        list.len(),
        list.join("\n")
    ));
}

/// An object of what is there.
pub(crate) fn object(pairs: Vec<(&str, Value)>) -> Value {
    Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<String, Value>>())
}
