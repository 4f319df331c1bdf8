//! `[server.claims]`: the claims about a user that ID tokens and userinfo carry, as data.
//! DOT: `OAuth2Validator.get_additional_claims`, `oidc_claim_scope` (O-340 to O-346).

use serde_json::Value;

use super::reader::Table;

/// The columns of `auth_user` that a claim may show; `full_name` is first and last name.
pub const COLUMNS: [&str; 10] = [
    "id",
    "username",
    "first_name",
    "last_name",
    "full_name",
    "email",
    "is_active",
    "is_staff",
    "last_login",
    "date_joined",
];

/// What no claim may replace: without it an ID token cannot be checked.
const OURS: [&str; 9] = ["aud", "iat", "nonce", "at_hash", "c_hash", "iss", "exp", "auth_time", "jti"];

/// One claim.
#[derive(Clone, Debug)]
pub struct Claim {
    pub name: String,
    pub source: Source,
    /// The scope that releases it; none: always released.
    pub scope: Option<String>,
    /// Listed in `claims_supported`.
    pub advertise: bool,
}

/// Where a claim's value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The first of these user columns that is not empty; no column: null.
    Columns(Vec<String>),
    Constant(Value),
}

pub(super) fn read(server: &mut Table) -> Vec<Claim> {
    let Some(mut all) = server.table("claims") else { return Vec::new() };
    let names = all.keys();
    let claims = names.iter().filter_map(|name| Some(claim(name, all.table(name)?))).collect();
    all.finish();
    claims
}

fn claim(name: &str, mut table: Table) -> Claim {
    if OURS.contains(&name) {
        table.problem(format!("server.claims.{name}: is set by the protocol and cannot be replaced"));
    }
    let columns = table.opt_strings("from");
    let constant = table.take("const");
    let source = match (columns, constant) {
        (Some(columns), None) => Source::Columns(columns),
        (None, Some(value)) => Source::Constant(value),
        _ => {
            table.problem(format!(
                "server.claims.{name}: either from = [..] (user columns) or const = .. is wanted"
            ));
            Source::Columns(Vec::new())
        }
    };
    if let Source::Columns(columns) = &source {
        for column in columns.iter().filter(|c| !COLUMNS.contains(&c.as_str())) {
            table.problem(format!(
                "server.claims.{name}.from: {column:?} is no user column; known are: {}",
                COLUMNS.join(", ")
            ));
        }
    }
    let scope = table.opt_string("scope");
    if name == "sub" && scope.as_deref().is_some_and(|s| s != "openid") {
        table.problem(
            "server.claims.sub.scope: a subject must always be released (OpenID Connect Core 5.3.2)".into(),
        );
    }
    if name == "sub" && matches!(source, Source::Constant(_)) {
        table.problem(
            "server.claims.sub.const: every user would be the same subject (OpenID Connect Core 2)".into(),
        );
    }
    let claim = Claim { name: name.to_owned(), source, scope, advertise: table.bool("advertise", true) };
    table.finish();
    claim
}
