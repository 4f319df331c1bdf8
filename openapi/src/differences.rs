//! The intended differences from DOT, read from the page that lists them: docs/differences.md.

const PAGE: &str = include_str!("../../docs/differences.md");

/// What starts a row of the tables of requests, and the operations it is about.
const SUBJECTS: &[(&str, &[&str])] = &[
    ("authorize", &["authorize", "authorize_decide"]),
    ("token", &["token"]),
    ("revoke", &["revoke_token"]),
    ("introspect", &["introspect", "introspect_get"]),
    ("device-authorization", &["device_authorization"]),
    ("device", &["device_authorization"]),
    ("device page", &["device", "device_code_typed"]),
    ("discovery", &["openid_configuration"]),
    ("userinfo", &["userinfo", "userinfo_post"]),
    ("logout", &["logout", "logout_confirmed"]),
    ("register", &["register"]),
    ("registration", &["registered_read", "registered_replace", "registered_delete"]),
];

/// Numbers of rows `PREFIX-first` to `PREFIX-last` of the checklists, and the operation they are about.
const ROWS: &[(&str, u32, u32, &str)] = &[
    ("A", 0, 99, "authorize"),
    ("T", 0, 99, "token"),
    ("G", 0, 99, "token"),
    ("R", 0, 99, "revoke_token"),
    ("I", 0, 99, "introspect"),
    ("DV", 0, 9, "device_authorization"),
    ("DV", 10, 19, "token"),
    ("DV", 20, 29, "device"),
    ("O", 101, 121, "openid_configuration"),
    ("O", 130, 135, "jwks"),
    ("O", 201, 213, "authorization_server_metadata"),
    ("O", 220, 225, "protected_resource_metadata"),
    ("O", 301, 353, "token"),
    ("O", 360, 409, "authorize"),
    ("O", 410, 423, "userinfo"),
    ("O", 430, 453, "logout"),
    ("O", 500, 529, "register"),
    ("O", 530, 539, "registered_read"),
];

/// One line of Markdown for each difference of an operation.
pub fn of(operation: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut head: Vec<&str> = Vec::new();
    for line in PAGE.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").map(str::trim).collect();
        if !line.starts_with('|') {
            head.clear();
        } else if head.is_empty() {
            head = cells;
        } else if !line.starts_with("|---") && concerns(operation, &head, &cells) {
            out.push(told(&head, &cells));
        }
    }
    out
}

fn cell<'a>(head: &[&str], cells: &[&'a str], name: &str) -> Option<&'a str> {
    head.iter().position(|h| *h == name).and_then(|i| cells.get(i)).copied()
}

fn concerns(operation: &str, head: &[&str], cells: &[&str]) -> bool {
    if let Some((subjects, _)) = cell(head, cells, "request").and_then(|request| request.split_once(':')) {
        return subjects.split(", ").any(|subject| {
            SUBJECTS.iter().any(|(name, operations)| *name == subject && operations.contains(&operation))
        });
    }
    let rows = cell(head, cells, "row").unwrap_or_default();
    rows.split([' ', ',', ';']).filter_map(|row| row.split_once('-')).any(|(prefix, number)| {
        let number: u32 = number.parse().unwrap_or(u32::MAX);
        ROWS.iter().any(|(p, first, last, op)| {
            *p == prefix && (*first..=*last).contains(&number) && *op == operation
        })
    })
}

fn told(head: &[&str], cells: &[&str]) -> String {
    if let (Some(request), Some(answer)) =
        (cell(head, cells, "request"), cell(head, cells, "slash-o answers"))
    {
        return format!("{request}: {answer} (DOT: 500)");
    }
    let what = cells.first().copied().unwrap_or_default();
    match cell(head, cells, "switch") {
        Some(switch) => format!("{what} Back to DOT's way: `[server.compat]` {switch}."),
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_told_where_it_belongs() {
        let token = of("token").join("\n");
        assert!(token.contains("`encoding`") && token.contains("device_code_reuse"), "{token}");
        assert!(of("device_authorization").iter().any(|line| line.contains("charset")));
        assert!(of("authorize").iter().any(|line| line.contains("port above 65535")));
        assert!(of("nothing").is_empty());
    }
}
