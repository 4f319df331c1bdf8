//! The intended differences from DOT: the rows of docs/differences.md, which the build script makes a table of. A test holds
//! that every row is told by an operation, or named there with the reason why not.

use crate::Facts;

/// One row of the page, with the head of its table.
struct Row {
    head: &'static [&'static str],
    cells: &'static [&'static str],
}

const ROWS: &[Row] = include!(concat!(env!("OUT_DIR"), "/differences.rs"));

/// Operations that share a difference.
type Operations = &'static [&'static str];

const AUTHORIZE: Operations = &["authorize", "authorize_decide", "authorize_put"];
const DECISION: Operations = &["authorize_decide", "authorize_put"];
const INTROSPECT: Operations = &["introspect", "introspect_get"];
const BEARER: Operations = &["introspect", "introspect_get", "userinfo", "userinfo_post"];
const DEVICE: Operations = &["device", "device_code_typed", "device_put"];
const DEVICE_PAGES: Operations = &[
    "device",
    "device_code_typed",
    "device_put",
    "device_confirm",
    "device_decide",
    "device_confirm_put",
    "device_grant_status",
];
const USERINFO: Operations = &["userinfo", "userinfo_post"];
const DISCOVERY: Operations = &["openid_configuration", "openid_configuration_slash"];
const SERVER_METADATA: Operations = &["authorization_server_metadata", "authorization_server_metadata_of"];
const RESOURCE_METADATA: Operations = &["protected_resource_metadata", "protected_resource_metadata_of"];
const LOGOUT: Operations = &["logout", "logout_confirmed", "logout_put"];
const REGISTERED: Operations = &["registered_read", "registered_replace", "registered_delete"];
/// What reads a registration.
const REGISTER: Operations = &["register", "registered_replace"];
/// Where a client's secret or a user's code may be guessed at.
const GUESSES: Operations = &[
    "token",
    "revoke_token",
    "introspect",
    "introspect_get",
    "device_authorization",
    "device_code_typed",
    "device_put",
];
const CLIENTS: Operations =
    &["token", "revoke_token", "introspect", "introspect_get", "device_authorization"];

/// What stands before the colon of a row about a request, and the operations it is about.
const SUBJECTS: &[(&str, Operations)] = &[
    ("authorize", AUTHORIZE),
    ("token", &["token"]),
    ("revoke", &["revoke_token"]),
    ("introspection", INTROSPECT),
    ("device-authorization", &["device_authorization"]),
    ("device", &["device_authorization"]),
    ("device page", DEVICE),
    ("userinfo", USERINFO),
    ("logout", LOGOUT),
    ("register", REGISTER),
];

/// Rows `PREFIX-first` to `PREFIX-last` of docs/endpoints.md, and the operations they are about.
const ROWS_OF: &[(&str, u32, u32, &[Operations])] = &[
    ("A", 0, 69, &[AUTHORIZE]),
    ("A", 70, 78, &[DECISION]),
    ("A", 79, 99, &[AUTHORIZE]),
    ("T", 0, 99, &[&["token"]]),
    ("G", 0, 99, &[&["token"]]),
    ("S", 21, 22, &[&["token"]]),
    ("R", 0, 99, &[&["revoke_token"]]),
    ("I", 0, 99, &[INTROSPECT]),
    ("B", 0, 99, &[BEARER]),
    ("DV", 0, 9, &[&["device_authorization"]]),
    ("DV", 10, 19, &[&["token"]]),
    ("DV", 20, 29, &[DEVICE_PAGES]),
    ("D", 14, 14, &[AUTHORIZE, DEVICE_PAGES, LOGOUT]),
    ("D", 73, 73, &[CLIENTS]),
    ("D", 129, 129, &[AUTHORIZE, DEVICE_PAGES, LOGOUT]),
    ("O", 101, 121, &[DISCOVERY]),
    ("O", 130, 135, &[&["jwks"]]),
    ("O", 201, 213, &[SERVER_METADATA]),
    ("O", 220, 225, &[RESOURCE_METADATA]),
    ("O", 301, 353, &[&["token"]]),
    ("O", 354, 355, &[BEARER]),
    ("O", 360, 409, &[AUTHORIZE]),
    ("O", 410, 423, &[USERINFO]),
    ("O", 430, 453, &[LOGOUT]),
    ("O", 500, 509, &[&["register"]]),
    ("O", 510, 529, &[REGISTER]),
    ("O", 530, 533, &[REGISTERED]),
    ("O", 534, 534, &[&["registered_replace"]]),
    ("O", 535, 539, &[REGISTERED]),
    ("O", 600, 620, &[AUTHORIZE, &["token"]]),
];

/// Rows without an id, by how they start.
const TEXTS: &[(&str, &[Operations])] = &[
    ("On a database from before DOT 3.4", &[AUTHORIZE, &["token"]]),
    ("A client with too many failed attempts", &[GUESSES]),
];

/// One line of Markdown for each difference of an operation that is in force with this configuration.
pub fn of(operation: &str, facts: &Facts) -> Vec<String> {
    let told_here = ROWS.iter().filter(|row| row.concerns(operation) && row.is_in_force(facts));
    told_here.map(Row::told).collect()
}

impl Row {
    fn cell(&self, name: &str) -> Option<&'static str> {
        self.head.iter().position(|head| *head == name).and_then(|at| self.cells.get(at)).copied()
    }

    /// The rows of docs/endpoints.md that it names.
    fn rows(&self) -> Vec<(&'static str, u32)> {
        let named = self.cell("row").unwrap_or_default().split([' ', ',', ';']);
        named.filter_map(|row| row.split_once('-')).filter_map(|(p, n)| Some((p, n.parse().ok()?))).collect()
    }

    fn concerns(&self, operation: &str) -> bool {
        if let Some((subjects, _)) = self.cell("request").and_then(|request| request.split_once(':')) {
            return subjects.split(", ").any(|subject| {
                SUBJECTS.iter().any(|(name, operations)| *name == subject && operations.contains(&operation))
            });
        }
        let holds = |groups: &[Operations]| groups.iter().any(|group| group.contains(&operation));
        let text = self.cells.first().copied().unwrap_or_default();
        TEXTS.iter().any(|(start, groups)| text.starts_with(start) && holds(groups))
            || self.rows().iter().any(|(prefix, number)| {
                let mut known = ROWS_OF.iter();
                known.any(|(p, first, last, groups)| {
                    p == prefix && (*first..=*last).contains(number) && holds(groups)
                })
            })
    }

    /// Not switched back to DOT's way, and not about a feature that is off.
    fn is_in_force(&self, facts: &Facts) -> bool {
        let switch = self.cell("switch").and_then(|text| text.trim_matches('`').split_once(" = "));
        if switch.is_some_and(|(name, _)| facts.compat.iter().any(|switched| switched == name)) {
            return false;
        }
        let rows = self.rows();
        let is_off = |(prefix, number): &(&str, u32)| *prefix == "O" && !has_feature(*number, facts);
        rows.is_empty() || !rows.iter().all(is_off)
    }

    fn told(&self) -> String {
        if let (Some(request), Some(answer)) = (self.cell("request"), self.cell("slash-o answers")) {
            return format!("{request}: {answer} (DOT: 500)");
        }
        let what = self.cells.first().copied().unwrap_or_default();
        match self.cell("switch") {
            Some(switch) => format!("{what} Back to DOT's way: `[server.compat]` {switch}."),
            None => what.to_owned(),
        }
    }
}

/// Whether the part of OpenID Connect and its companions that a row is about is on.
fn has_feature(row: u32, facts: &Facts) -> bool {
    match row {
        0..=135 | 301..=453 => facts.openid,
        500..=539 => facts.registration,
        600..=620 => facts.client_documents,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_told_where_it_belongs() {
        let facts = Facts::default();
        let token = of("token", &facts).join("\n");
        assert!(token.contains("`encoding`") && token.contains("device_code_reuse"), "{token}");
        assert!(of("device_authorization", &facts).iter().any(|line| line.contains("charset")));
        assert!(of("authorize", &facts).iter().any(|line| line.contains("port above 65535")));
        assert!(of("nothing", &facts).is_empty());
    }

    #[test]
    fn a_difference_that_is_switched_back_is_not_told() {
        let facts = Facts { compat: vec!["device_code_reuse".into()], ..Facts::default() };
        let token = of("token", &facts).join("\n");
        assert!(token.contains("json_errors") && !token.contains("device_code_reuse"), "{token}");
    }

    #[test]
    fn what_is_off_has_no_differences() {
        assert!(!of("token", &Facts::default()).join("\n").contains("at_hash"));
        let facts = Facts { openid: true, ..Facts::default() };
        assert!(of("token", &facts).join("\n").contains("at_hash"));
    }
}
