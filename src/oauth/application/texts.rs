//! What is wrong with a text of an application, in Django's words.

use crate::settings::DotVersion;

/// So many characters a column holds; the client_id's is shorter before DOT 3.4.
pub fn most_characters(field: &str, dot: DotVersion) -> usize {
    if field == "client_id" && !dot.is_at_least(3, 4) { 100 } else { 255 }
}

/// Too long, or with a NUL.
pub fn text_problems(value: &str, most: usize) -> Vec<String> {
    let mut out = Vec::new();
    let length = value.chars().count();
    if length > most {
        out.push(format!("Ensure this value has at most {most} characters (it has {length})."));
    }
    out.extend(null_problem(value));
    out
}

/// With a NUL.
pub fn null_problem(value: &str) -> Option<String> {
    value.contains('\0').then(|| "Null characters are not allowed.".to_owned())
}
