//! The texts of forms in the visitor's language: those that Django and DOT mark for translation.
//! Django: `gettext_lazy`, `capfirst`, `ValidationError`'s parameters.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use django_template::forms::{Form, HIDDEN_ERROR, LABEL_PUNCTUATION, LABEL_SUFFIX};

use super::Pages;
use super::own::Own;

/// The pages, for one language.
pub struct Words<'a> {
    pub pages: &'a Pages,
    pub language: &'a str,
    pub now: DateTime<Utc>,
    pub own: &'a Own,
}

/// Errors with something filled in, as catalogues have them.
const FILLED: [&str; 3] = [
    "Select a valid choice. %(value)s is not one of the available choices.",
    "redirect_uris cannot be empty with grant_type {grant_type}",
    "%(model_name)s with this %(field_label)s already exists.",
];
const TOO_LONG: [&str; 2] = [
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
];

impl Deref for Words<'_> {
    type Target = Pages;

    fn deref(&self) -> &Pages {
        self.pages
    }
}

impl Words<'_> {
    pub fn text(&self, text: &str) -> String {
        self.pages.translate(self.language, text)
    }

    /// A form without fields, with Django's own texts of forms in the visitor's language.
    pub fn form(&self) -> Form {
        Form {
            label_suffix: self.text(LABEL_SUFFIX),
            label_punctuation: self.text(LABEL_PUNCTUATION),
            hidden_error: self.text(HIDDEN_ERROR),
            django_version: self.pages.django_version,
            renderer: self.pages.form_renderer(self.language, self.now),
            ..Form::new()
        }
    }

    /// What a consent page says of a scope: in the visitor's language, where the project has translated it.
    pub fn scope<'t>(&'t self, scope: &str, description: &'t str) -> &'t str {
        let texts = &self.pages.scope_texts;
        let own = texts.iter().find(|(language, name, _)| language == self.language && name == scope);
        own.map_or(description, |(_, _, text)| text)
    }

    /// The label of a field whose name the model says in small letters.
    pub fn label(&self, name: &str) -> String {
        capitalized(&self.text(name))
    }

    pub fn error(&self, error: &str) -> String {
        let catalogues = self.pages.engine.catalogues();
        if let Some(values) = read(TOO_LONG[1], error) {
            let limit = values.first().and_then(|(_, text)| text.parse().ok()).unwrap_or(0);
            let found = catalogues.find_plural(self.language, None, TOO_LONG[0], limit);
            return found
                .map_or_else(|| error.to_owned(), |text| fill(&text, &values, |_, text| text.into()));
        }
        let known = FILLED.iter().find_map(|of| Some((of, read(of, error)?)));
        let Some((of, values)) = known else { return self.text(error) };
        let value = |name: &str, text: &str| match (name, text) {
            ("%(field_label)s", "Client ID") => self.label("client ID"),
            (_, text) => text.to_owned(),
        };
        fill(&self.text(of), &values, value)
    }
}

/// Django: `capfirst`.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The placeholders of a message, `%(name)s` or `{name}`, and the text before, between and behind them.
fn parts(message: &str) -> Vec<(&str, &str)> {
    let (mut out, mut rest) = (Vec::new(), message);
    while let Some(start) = rest.find("%(").or_else(|| rest.find('{')) {
        let end = if rest[start..].starts_with('{') {
            rest[start..].find('}')
        } else {
            rest[start..].find(')').map(|i| i + 1)
        };
        let Some(end) = end.map(|end| start + end + 1).filter(|end| *end <= rest.len()) else { break };
        out.push((&rest[..start], &rest[start..end]));
        rest = &rest[end..];
    }
    out.push((rest, ""));
    out
}

/// What a text has in the places of a message's placeholders; `None`: it is another message.
fn read<'a>(message: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let parts = parts(message);
    let mut rest = text;
    let mut values = Vec::new();
    for pair in parts.windows(2) {
        let [(before, name), (behind, after)] = pair else { continue };
        rest = if values.is_empty() { rest.strip_prefix(before)? } else { rest };
        let end = if after.is_empty() { rest.strip_suffix(behind)?.len() } else { rest.find(behind)? };
        values.push((*name, &rest[..end]));
        rest = &rest[end + behind.len()..];
    }
    rest.is_empty().then_some(values)
}

fn fill(message: &str, values: &[(&str, &str)], value: impl Fn(&str, &str) -> String) -> String {
    values.iter().fold(message.to_owned(), |out, (name, text)| out.replace(name, &value(name, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_what_stands_around_its_values() {
        let error = "Select a valid choice. 50% of {x} is not one of the available choices.";
        assert_eq!(read(FILLED[0], error), Some(vec![("%(value)s", "50% of {x}")]));
        let error = "Application with this Client ID already exists.";
        let values = vec![("%(model_name)s", "Application"), ("%(field_label)s", "Client ID")];
        assert_eq!(read(FILLED[2], error), Some(values));
        let error = "Ensure this value has at most 255 characters (it has 300).";
        assert_eq!(read(TOO_LONG[1], error).map(|v| v.len()), Some(2));
        assert_eq!(
            read(FILLED[1], "redirect_uris cannot be empty with grant_type implicit").map(|v| v.len()),
            Some(1)
        );
        for other in FILLED {
            assert_eq!(read(other, "This field is required."), None);
        }
    }

    #[test]
    fn values_are_filled_in_once() {
        let values = [("%(value)s", "a"), ("{x}", "é")];
        assert_eq!(fill("{x} = %(value)s!", &values, |_, text| text.to_owned()), "é = a!");
    }
}
