//! What a new password must be like, with Django's texts and its list of common passwords (created by Royce Williams).
//! Source: `django.contrib.auth.password_validation`.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use flate2::read::GzDecoder;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::text;

/// What similarity looks at unless told otherwise.
pub const USER_ATTRIBUTES: [&str; 4] = ["username", "first_name", "last_name", "email"];

static COMMON: &[u8] = include_bytes!("common-passwords.txt.gz");

/// One of Django's validators with its options.
#[derive(Clone, Debug)]
pub enum Validator {
    Similarity { attributes: Vec<String>, max_similarity: f64 },
    MinimumLength(usize),
    Common(Arc<HashSet<String>>),
    Numeric,
}

/// One attribute of the user: name, name for people, value.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    pub name: &'a str,
    pub verbose_name: &'a str,
    pub value: &'a str,
}

/// The passwords of a list, one a line, gzipped or not; without a list Django's own.
///
/// # Errors
/// Text that is no UTF-8.
pub fn common(list: Option<&[u8]>) -> std::io::Result<Validator> {
    let bytes = list.unwrap_or(COMMON);
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(bytes).read_to_string(&mut text)?;
    } else {
        let mut bytes = bytes;
        bytes.read_to_string(&mut text)?;
    }
    Ok(Validator::Common(Arc::new(text.lines().map(|line| text::strip(line).to_owned()).collect())))
}

/// Every objection to a password, in the order of the validators. Source: `validate_password`.
pub fn objections(validators: &[Validator], password: &str, user: &[Attribute<'_>]) -> Vec<String> {
    validators.iter().filter_map(|validator| validator.objection(password, user)).collect()
}

/// The rules as an HTML list, empty without rules. Source: `password_validators_help_text_html`.
pub fn help_text_html(validators: &[Validator]) -> String {
    let items: String = validators.iter().map(|v| format!("<li>{}</li>", v.help_text())).collect();
    if items.is_empty() { items } else { format!("<ul>{items}</ul>") }
}

impl Validator {
    fn objection(&self, password: &str, user: &[Attribute<'_>]) -> Option<String> {
        match self {
            Validator::Similarity { attributes, max_similarity } => {
                let wanted = attributes.iter().filter_map(|name| user.iter().find(|a| a.name == name));
                let similar = wanted.into_iter().find(|a| is_similar(password, a.value, *max_similarity))?;
                Some(format!("The password is too similar to the {}.", similar.verbose_name))
            }
            Validator::MinimumLength(least) => (password.chars().count() < *least).then(|| {
                let plural = if *least == 1 { "" } else { "s" };
                format!("This password is too short. It must contain at least {least} character{plural}.")
            }),
            Validator::Common(list) => {
                let lower = password.to_lowercase();
                list.contains(text::strip(&lower)).then(|| "This password is too common.".to_owned())
            }
            Validator::Numeric => {
                let digits = |c: char| c.general_category() == GeneralCategory::DecimalNumber;
                let all = !password.is_empty() && password.chars().all(digits);
                all.then(|| "This password is entirely numeric.".to_owned())
            }
        }
    }

    fn help_text(&self) -> String {
        match self {
            Validator::Similarity { .. } => {
                "Your password can’t be too similar to your other personal information.".to_owned()
            }
            Validator::MinimumLength(least) => {
                let plural = if *least == 1 { "" } else { "s" };
                format!("Your password must contain at least {least} character{plural}.")
            }
            Validator::Common(_) => "Your password can’t be a commonly used password.".to_owned(),
            Validator::Numeric => "Your password can’t be entirely numeric.".to_owned(),
        }
    }
}

/// The value or one of its words against the password.
fn is_similar(password: &str, value: &str, most: f64) -> bool {
    if value.is_empty() {
        return false;
    }
    let (password, value) = (password.to_lowercase(), value.to_lowercase());
    let words = value.split(|c: char| !c.is_alphanumeric() && c != '_').chain([value.as_str()]);
    let length = password.chars().count();
    words.into_iter().any(|word| {
        let word_length = word.chars().count();
        let is_much_longer =
            length >= 10 * word_length && as_float(word_length) < most / 2.0 * as_float(length);
        !is_much_longer && quick_ratio(&password, word) >= most
    })
}

fn as_float(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

/// Source: `difflib.SequenceMatcher.quick_ratio`.
fn quick_ratio(a: &str, b: &str) -> f64 {
    let mut left: HashMap<char, i64> = HashMap::new();
    b.chars().for_each(|c| *left.entry(c).or_default() += 1);
    let mut take = |c: char| {
        let known = left.get_mut(&c).filter(|n| **n > 0);
        known.map(|n| *n -= 1).is_some()
    };
    let matches = a.chars().filter(|c| take(*c)).count();
    match a.chars().count() + b.chars().count() {
        0 => 1.0,
        length => 2.0 * as_float(matches) / as_float(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected texts are Django 5.2's for the same passwords and user.
    #[test]
    fn passwords_are_judged_as_django_judges_them() {
        let attributes = USER_ATTRIBUTES.map(str::to_owned).to_vec();
        let all = [
            Validator::Similarity { attributes, max_similarity: 0.7 },
            Validator::MinimumLength(8),
            common(None).unwrap(),
            Validator::Numeric,
        ];
        let user = [
            Attribute { name: "username", verbose_name: "username", value: "alice" },
            Attribute { name: "email", verbose_name: "email address", value: "alice.smith@example.com" },
        ];
        let short = "This password is too short. It must contain at least 8 characters.";
        for (password, expected) in [
            ("alicexyz", vec!["The password is too similar to the username."]),
            ("1234", vec![short, "This password is too common.", "This password is entirely numeric."]),
            (
                "smith123",
                vec!["The password is too similar to the email address.", "This password is too common."],
            ),
            ("a-good-Pa55word", vec![]),
        ] {
            assert_eq!(objections(&all, password, &user), expected, "{password}");
        }
        assert!(help_text_html(&all).starts_with("<ul><li>Your password can’t be too similar"));
        assert_eq!(help_text_html(&[]), "");
    }
}
