//! Path items of plain routes: poem-openapi cannot route a variable before a final slash, and pages are not its business.
//! Parameters and forms come from the types in `shapes`.

mod openid;
pub mod parts;

use serde_json::{Value, json};

use crate::Facts;
use crate::shapes::browser::{
    AuthorizeQuery, DecisionForm, DeviceDecisionForm, DevicePath, DeviceQuery, UserCodeForm,
};

use parts::{Schemas, failed, forbidden, later, operation, page, parameters, redirect};

const LOGIN: &str = "To the login page, if there is no session; `next` brings the browser back.";

/// Adds the path items and the schemas they need.
pub fn add(document: &mut Value, facts: &Facts) {
    let mut schemas = Schemas(std::mem::take(&mut document["components"]["schemas"]));
    let pages = [
        (facts.path("authorize"), authorize(&mut schemas, facts)),
        (facts.path("device"), device(&mut schemas, facts)),
        (facts.path("device-confirm"), device_confirm(&mut schemas, facts)),
        (facts.path("device-grant-status"), device_status(facts)),
    ];
    let openid = openid::items(&mut schemas, facts);
    for (path, mut item) in pages.into_iter().chain(openid) {
        let Some(path) = path else { continue };
        for operation in
            item.as_object_mut().into_iter().flatten().filter_map(|(_, value)| value.as_object_mut())
        {
            // Metadata are made of the settings alone; everything else asks the database.
            if operation.contains_key("responses") && operation["tags"][0] != "metadata" {
                operation["responses"]["500"] = failed();
            }
        }
        document["paths"][path] = item;
    }
    document["components"]["schemas"] = schemas.0;
}

fn authorize(schemas: &mut Schemas, facts: &Facts) -> Value {
    let to_client = "https://client.example/cb?code=iVvRjy3kBqMdKO8xtTVgUgg6HTZwcx&state=st-1";
    let asks = operation(
        (
            "authorize",
            "Ask the user for consent",
            "RFC 6749 section 3.1; OpenID Connect Core section 3.1.2. Shows the consent page to a logged-in user. Where client \
             or redirect URI cannot be trusted, the answer is a page; every other refusal goes back to the client: \
             `error`, `error_description` and `state` in the query.",
        ),
        vec![("parameters", parameters::<AuthorizeQuery>("query"))],
        vec![
            ("200", page("The consent page: a form with every parameter in a hidden field.")),
            (
                "302",
                redirect(
                    "To the login page; or to the client, with a code (no consent needed) or an error.",
                    &format!("{}%3Fresponse_type%3Dcode%26client_id%3Dweb", facts.login_example("authorize")),
                ),
            ),
            ("400", page("No client or redirect URI that can be trusted, or a query that cannot be read.")),
        ],
    );
    let decides = |id: &str, summary: &str, schemas: &mut Schemas| {
        operation(
            (
                id,
                summary,
                "RFC 6749 sections 4.1.2 and 4.2.2. The consent page's form, checked again from the start. PUT is taken as a form \
                 with nothing in it, as in Django.",
            ),
            vec![("requestBody", schemas.form::<DecisionForm>())],
            vec![
                ("200", page("A field is missing: the page again, with what is wrong.")),
                (
                    "302",
                    redirect(
                        "To the client, with a code or tokens, or with an error; or to the login page.",
                        to_client,
                    ),
                ),
                ("400", page("No client or redirect URI that can be trusted.")),
                ("403", forbidden()),
            ],
        )
    };
    let post = decides("authorize_decide", "Say yes or no", schemas);
    let put = decides("authorize_put", "As POST, with an empty form", schemas);
    json!({ "get": asks, "post": post, "put": put })
}

fn device(schemas: &mut Schemas, facts: &Facts) -> Value {
    let asks = operation(
        ("device", "Type the code of a device", "RFC 8628 section 3.3. Where a device sends its user."),
        vec![("parameters", parameters::<DeviceQuery>("query"))],
        vec![
            ("200", page("A form with one field.")),
            ("302", redirect(LOGIN, &facts.login_example("device"))),
            ("400", page("The Host is not in ALLOWED_HOSTS.")),
        ],
    );
    let typed = |id: &str, summary: &str, schemas: &mut Schemas| {
        operation(
            (id, summary, "RFC 8628 section 3.3. PUT is taken as a form with nothing in it, as in Django."),
            vec![("requestBody", schemas.form::<UserCodeForm>())],
            vec![
                ("200", page("The form again: the code is wrong, expired or used.")),
                (
                    "302",
                    redirect(
                        "To the page that asks for consent; or to the login page.",
                        &facts.example("device-confirm"),
                    ),
                ),
                ("400", page("The code stands for no single device.")),
                ("403", forbidden()),
                ("429", later("Too many wrong codes (`[server.limits]`).")),
            ],
        )
    };
    let post = typed("device_code_typed", "Look a code up", schemas);
    let put = typed("device_put", "As POST, with an empty form", schemas);
    json!({ "get": asks, "post": post, "put": put })
}

fn device_confirm(schemas: &mut Schemas, facts: &Facts) -> Value {
    let gone = page("Not a pending code of this user, or a name that is no slug.");
    let asks = operation(
        ("device_confirm", "Ask for consent to a device", "RFC 8628 section 3.3."),
        vec![("parameters", parameters::<DevicePath>("path"))],
        vec![
            ("200", page("The application, its scopes, and two buttons.")),
            ("302", redirect(LOGIN, &facts.login_example("device-confirm"))),
            ("404", gone.clone()),
        ],
    );
    let decides = |id: &str, summary: &str, schemas: &mut Schemas| {
        operation(
            (id, summary, "RFC 8628 section 3.3. PUT is taken as a form with nothing in it, as in Django."),
            vec![
                ("parameters", parameters::<DevicePath>("path")),
                ("requestBody", schemas.form::<DeviceDecisionForm>()),
            ],
            vec![
                ("200", page("No `action`: the page again.")),
                (
                    "302",
                    redirect(
                        "To the page that tells the state; or to the login page.",
                        &facts.example("device-grant-status"),
                    ),
                ),
                ("400", page("An `action` that is neither.")),
                ("403", forbidden()),
                ("404", gone.clone()),
            ],
        )
    };
    let post = decides("device_decide", "Accept or deny a device", schemas);
    let put = decides("device_confirm_put", "As POST, with an empty form", schemas);
    json!({ "get": asks, "post": post, "put": put })
}

fn device_status(facts: &Facts) -> Value {
    let shows = operation(
        ("device_grant_status", "What became of a device's request", "RFC 8628 section 3.3."),
        vec![("parameters", parameters::<DevicePath>("path"))],
        vec![
            ("200", page("The state in words.")),
            ("302", redirect(LOGIN, &facts.login_example("device-grant-status"))),
            ("404", page("Not a code of this user, or a name that is no slug.")),
        ],
    );
    json!({ "get": shows })
}
