//! What is wrong with a text of an application, in Django's words.

/// Too long, or with a NUL.
pub fn text_problems(value: &str) -> Vec<String> {
    let mut out = Vec::new();
    let length = value.chars().count();
    if length > 255 {
        out.push(format!("Ensure this value has at most 255 characters (it has {length})."));
    }
    out.extend(null_problem(value));
    out
}

/// With a NUL.
pub fn null_problem(value: &str) -> Option<String> {
    value.contains('\0').then(|| "Null characters are not allowed.".to_owned())
}
