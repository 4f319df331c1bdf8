//! Userinfo, logout and the documents below `.well-known/`.

use serde_json::{Value, json};

use super::parts::{Schemas, forbidden, operation, page, parameters, redirect};
use crate::Facts;
use crate::shapes::ErrorBody;
use crate::shapes::openid::{
    DiscoveryBody, JwksBody, LogoutForm, LogoutQuery, ResourceMetadataBody, ServerMetadataBody, UserinfoBody,
    UserinfoForm, WellKnownPath,
};

/// The path items that the configuration has.
pub(super) fn items<'a>(schemas: &mut Schemas, facts: &'a Facts) -> Vec<(Option<&'a str>, Value)> {
    let mut out = Vec::new();
    if facts.openid {
        let discovery = |id: &str, schemas: &mut Schemas| {
            let said = (
                id,
                "OpenID provider metadata",
                "OpenID Connect Discovery section 4. With and without a final slash.",
            );
            document::<DiscoveryBody>(said, schemas)
        };
        let plain = discovery("openid_configuration", schemas);
        let slashed = discovery("openid_configuration_slash", schemas);
        let mut paths = facts.paths("oidc-connect-discovery-info").iter().map(String::as_str);
        out.push((paths.next(), json!({ "get": plain })));
        out.push((paths.next(), json!({ "get": slashed })));
        out.push((facts.path("jwks-info"), json!({ "get": jwks(schemas) })));
        out.push((facts.path("user-info"), userinfo(schemas, facts)));
    }
    if facts.logout {
        out.push((facts.path("rp-initiated-logout"), logout(schemas)));
    }
    if facts.metadata {
        out.extend(metadata(schemas, facts));
    }
    out
}

fn tagged(mut operation: Value, tag: &str) -> Value {
    operation["tags"] = json!([tag]);
    operation
}

/// A JSON document that anybody may fetch, from any origin.
fn document<T: poem_openapi::types::Type>(said: (&str, &str, &str), schemas: &mut Schemas) -> Value {
    let answers = vec![
        (
            "200",
            json!({
                "description": "The document.",
                "headers": {
                    "Access-Control-Allow-Origin": { "required": true, "schema": { "type": "string", "enum": ["*"] } },
                },
                "content": { "application/json": { "schema": schemas.of::<T>() } },
            }),
        ),
        ("400", page("The Host is not in ALLOWED_HOSTS.")),
    ];
    tagged(operation(said, Vec::new(), answers), "metadata")
}

fn jwks(schemas: &mut Schemas) -> Value {
    let said =
        ("jwks", "Keys of ID tokens", "RFC 7517. Only RSA keys; a client's secret is never published.");
    let mut operation = document::<JwksBody>(said, schemas);
    operation["responses"]["200"]["headers"]["Cache-Control"] = json!({ "required": true, "schema": { "type": "string" }, "description": "OIDC_JWKS_MAX_AGE_SECONDS." });
    operation
}

fn metadata<'a>(schemas: &mut Schemas, facts: &'a Facts) -> Vec<(Option<&'a str>, Value)> {
    let server = |id: &str, schemas: &mut Schemas| {
        let said = (
            id,
            "Authorization server metadata",
            "RFC 8414. What follows the well-known name is part of the issuer.",
        );
        document::<ServerMetadataBody>(said, schemas)
    };
    let resource = |id: &str, schemas: &mut Schemas| {
        let said = (
            id,
            "Protected resource metadata",
            "RFC 9728. What follows the well-known name is part of the resource.",
        );
        document::<ResourceMetadataBody>(said, schemas)
    };
    let path = parameters::<WellKnownPath>("path");
    let below = |mut operation: Value| {
        operation["responses"]["404"] = page("A path with a line break.");
        operation
    };
    let mut out = vec![
        (
            facts.path("oauth-server-metadata"),
            json!({ "get": server("authorization_server_metadata", schemas) }),
        ),
        (
            facts.path("oauth-server-metadata-issuer"),
            json!({ "parameters": path, "get": below(server("authorization_server_metadata_of", schemas)) }),
        ),
        (
            facts.path("oauth-resource-metadata"),
            json!({ "get": resource("protected_resource_metadata", schemas) }),
        ),
        (
            facts.path("oauth-resource-metadata-path"),
            json!({ "parameters": path, "get": below(resource("protected_resource_metadata_of", schemas)) }),
        ),
    ];
    if facts.metadata_at_root {
        let mut servers = facts.servers();
        if let Some(servers) = servers.as_array_mut() {
            servers.push(json!({ "url": facts.base, "description": "At the origin's root." }));
        }
        for (_, item) in &mut out {
            item["servers"] = servers.clone();
        }
    }
    out
}

fn userinfo(schemas: &mut Schemas, facts: &Facts) -> Value {
    let error = schemas.of::<ErrorBody>();
    let denied = denials(&error, facts);
    let answers = |schemas: &mut Schemas| {
        let mut all = vec![
            (
                "200",
                json!({
                    "description": "The claims.",
                    "content": { "application/json": { "schema": schemas.of::<UserinfoBody>() } },
                }),
            ),
            ("400", page("The form itself cannot be read.")),
        ];
        all.extend(denied.clone());
        all
    };
    let text = "OpenID Connect Core section 5.3. A bearer token with the scope `openid`; the header wins over the form.";
    let get = operation(("userinfo", "Who the user is", text), Vec::new(), answers(schemas));
    let mut form = schemas.form::<UserinfoForm>();
    form["required"] = json!(false);
    let takes = vec![("requestBody", form)];
    let post = operation(("userinfo_post", "Who the user is, by form", text), takes, answers(schemas));
    json!({ "get": tagged(get, "openid"), "post": tagged(post, "openid") })
}

/// Why userinfo tells nothing. `[server.compat] json_errors = "dot"`: JSON by its text only, and no cache headers.
fn denials(error: &Value, facts: &Facts) -> Vec<(&'static str, Value)> {
    let is_plain = facts.has_plain_errors();
    let content = match is_plain {
        true => json!({ "text/html; charset=utf-8": { "schema": { "type": "string" } } }),
        false => json!({ "application/json": { "schema": error } }),
    };
    let header = || json!({ "required": true, "schema": { "type": "string" } });
    let mut headers = json!({});
    if !is_plain {
        headers["Cache-Control"] = header();
        headers["Pragma"] = header();
    }
    let mut unauthorized = json!({
        "description": "`invalid_token`: no token, one that is not good, or one without `openid` or a user.",
        "headers": headers.clone(),
        "content": content.clone(),
    });
    unauthorized["headers"]["WWW-Authenticate"] = header();
    let forbidden = json!({
        "description": "`insufficient_scope`: `openid` is no longer in SCOPES.",
        "headers": headers,
        "content": content,
    });
    vec![("401", unauthorized), ("403", forbidden)]
}

fn logout(schemas: &mut Schemas) -> Value {
    let to = "https://client.example/bye?state=st-1";
    let refused = || {
        page("The hint, the client or the redirect URI is not good, or the user said no: `logout_denied`.")
    };
    let text = "RP-Initiated Logout section 2. Asks the user, unless there is no session or OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT \
                is false and the hint is the user's. No error goes back to the client.";
    let asks = operation(
        ("logout", "End the session", text),
        vec![("parameters", parameters::<LogoutQuery>("query"))],
        vec![
            ("200", page("The page that asks.")),
            ("302", redirect("To `post_logout_redirect_uri`, or to the site's root.", to)),
            ("400", refused()),
        ],
    );
    let decides = |id: &str, summary: &str, schemas: &mut Schemas| {
        let said = (
            id,
            summary,
            "RP-Initiated Logout section 2. Everything is checked again. PUT is taken as a form with nothing in it, as in Django.",
        );
        operation(
            said,
            vec![("requestBody", schemas.form::<LogoutForm>())],
            vec![
                ("302", redirect("To `post_logout_redirect_uri`, or to the site's root.", to)),
                ("400", refused()),
                ("403", forbidden()),
            ],
        )
    };
    let post = decides("logout_confirmed", "Say yes or no to the end of the session", schemas);
    let put = decides("logout_put", "As POST, with an empty form", schemas);
    json!({ "get": asks, "post": post, "put": put })
}
