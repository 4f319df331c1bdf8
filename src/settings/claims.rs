//! `[server.claims]`: the claims about a user that ID tokens and userinfo carry, as data.
//! DOT: `OAuth2Validator.get_additional_claims`, `oidc_claim_scope` (O-340 to O-346).

use entity::layout::ColumnKind;
use serde_json::{Map, Value};

use super::reader::Table;

/// First and last name, where the users' table has no column of this name.
pub const FULL_NAME: &str = "full_name";

/// The columns of Django's own user model that a claim may show.
const COLUMNS: [&str; 11] = [
    "id",
    "username",
    "first_name",
    "last_name",
    FULL_NAME,
    "email",
    "is_active",
    "is_staff",
    "is_superuser",
    "last_login",
    "date_joined",
];

/// What no claim may replace: without it an ID token cannot be checked.
const OURS: [&str; 9] = ["aud", "iat", "nonce", "at_hash", "c_hash", "iss", "exp", "auth_time", "jti"];

/// The word of each kind of column.
const KINDS: [(&str, ColumnKind); 8] = [
    ("text", ColumnKind::Text),
    ("number", ColumnKind::Integer),
    ("float", ColumnKind::Float),
    ("flag", ColumnKind::Flag),
    ("date", ColumnKind::Date),
    ("time", ColumnKind::Time),
    ("uuid", ColumnKind::Uuid),
    ("json", ColumnKind::Json),
];

/// One claim.
#[derive(Clone, Debug)]
pub struct Claim {
    pub name: String,
    pub source: Source,
    /// What is shown instead of a value: the value as a text, what stands for it.
    pub values: Map<String, Value>,
    /// The scope that releases it; none: always released.
    pub scope: Option<String>,
    pub in_id_token: bool,
    pub in_userinfo: bool,
    /// Listed in `claims_supported`.
    pub advertise: bool,
}

/// Where a claim's value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The first of these user columns that is not empty; no column: null. The kind is what the file says of them; without
    /// one the database says it.
    Columns(Vec<String>, Option<ColumnKind>),
    Constant(Value),
    /// The names of the user's groups.
    Groups,
}

/// The word of a kind in the settings.
pub fn word(kind: ColumnKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}

/// Whether no other than a column of the project's own can be meant.
pub fn is_own(column: &str) -> bool {
    !COLUMNS.contains(&column)
}

impl Claim {
    /// The columns that it shows, and what the file says of those of the project's own.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Option<ColumnKind>)> {
        let (columns, kind) = match &self.source {
            Source::Columns(columns, kind) => (columns.as_slice(), *kind),
            Source::Constant(_) | Source::Groups => (&[][..], None),
        };
        columns.iter().map(move |column| (column.as_str(), kind))
    }
}

pub(super) fn read(server: &mut Table) -> Vec<Claim> {
    let Some(mut all) = server.table("claims") else { return Vec::new() };
    let names = all.keys();
    let claims = names.iter().filter_map(|name| Some(claim(name, all.table(name)?))).collect();
    all.finish();
    claims
}

/// A claim that is always released, where DOT drops what `oidc_claim_scope` does not name.
pub(super) fn warnings(claims: &[Claim]) -> Vec<String> {
    let open = claims.iter().filter(|claim| claim.scope.is_none() && claim.name != "sub");
    let told = |claim: &Claim| {
        format!(
            "server.claims.{}: has no scope, so that each client gets it; DOT drops a claim that no scope of \
             oidc_claim_scope releases. Say the scope that releases it, or scope = \"openid\" where each client shall \
             get it",
            claim.name
        )
    };
    open.map(told).collect()
}

fn claim(name: &str, mut table: Table) -> Claim {
    if OURS.contains(&name) {
        table.problem(format!("server.claims.{name}: is set by the protocol and cannot be replaced"));
    }
    let source = source(name, &mut table);
    let scope = table.opt_string("scope");
    let (in_id_token, in_userinfo) = places(&mut table);
    if name == "sub" {
        check_subject(&table, &source, scope.as_deref(), in_id_token && in_userinfo);
    }
    let values = values(&mut table);
    let advertise = table.bool("advertise", true);
    table.finish();
    Claim { name: name.to_owned(), source, values, scope, in_id_token, in_userinfo, advertise }
}

fn source(name: &str, table: &mut Table) -> Source {
    let columns = table.opt_strings("from");
    let constant = table.take("const");
    let groups = table.bool("from_groups", false);
    let kind = kind(table);
    match (columns, constant, groups) {
        (Some(columns), None, false) => {
            columns.iter().for_each(|column| check_column(table, column));
            return Source::Columns(columns, kind);
        }
        _ if kind.is_some() => table.problem(format!("{}: only beside from", table.name("kind"))),
        (None, Some(value), false) => return Source::Constant(value),
        (None, None, true) => return Source::Groups,
        _ => table.problem(format!(
            "server.claims.{name}: one of from = [..] (user columns), const = .. and from_groups = true is wanted"
        )),
    }
    Source::Columns(Vec::new(), None)
}

fn kind(table: &mut Table) -> Option<ColumnKind> {
    let word = table.opt_string("kind")?;
    let kind = KINDS.iter().find(|(known, _)| *known == word);
    if kind.is_none() {
        let list = KINDS.map(|(word, _)| word).join(", ");
        table.problem(format!("{}: {word:?} is not known; allowed are: {list}", table.name("kind")));
    }
    kind.map(|(_, kind)| *kind)
}

fn check_column(table: &Table, column: &str) {
    let name = table.name("from");
    if column.is_empty() || column.chars().any(|c| c.is_control() || "\"`\\".contains(c)) {
        table.problem(format!("{name}: {column:?} is no name of a column"));
    } else if column.to_ascii_lowercase().contains("passw") {
        table.problem(format!("{name}: no claim shows {column}: it holds the hashes of passwords"));
    }
}

/// `in`: where it is sent.
fn places(table: &mut Table) -> (bool, bool) {
    let Some(places) = table.opt_strings("in") else { return (true, true) };
    let known = ["id_token", "userinfo"];
    if places.is_empty() || places.iter().any(|place| !known.contains(&place.as_str())) {
        table.problem(format!("{}: a list of {} is wanted", table.name("in"), known.join(" and ")));
    }
    let has = |place: &str| places.iter().any(|known| known == place);
    (has("id_token"), has("userinfo"))
}

/// A subject is always released and tells users apart (OpenID Connect Core 1.0 sections 2 and 5.3.2).
fn check_subject(table: &Table, source: &Source, scope: Option<&str>, is_everywhere: bool) {
    if scope.is_some_and(|scope| scope != "openid") {
        table.problem(
            "server.claims.sub.scope: a subject must always be released (OpenID Connect Core 5.3.2)".into(),
        );
    }
    if !is_everywhere {
        table.problem("server.claims.sub.in: a subject is in both (OpenID Connect Core 5.3.2)".into());
    }
    match source {
        Source::Columns(..) => {}
        Source::Constant(_) => table.problem(
            "server.claims.sub.const: every user would be the same subject (OpenID Connect Core 2)".into(),
        ),
        Source::Groups => {
            table.problem(
                "server.claims.sub.from_groups: groups are no subject (OpenID Connect Core 2)".into(),
            );
        }
    }
}

fn values(table: &mut Table) -> Map<String, Value> {
    match table.take("values") {
        None => Map::new(),
        Some(Value::Object(values)) => values,
        Some(_) => {
            let name = table.name("values");
            table.problem(format!(
                "{name}: a table is wanted, such as {{ true = \"admin\", false = \"user\" }}"
            ));
            Map::new()
        }
    }
}
