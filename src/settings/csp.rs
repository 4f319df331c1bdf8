//! SECURE_CSP and SECURE_CSP_REPORT_ONLY of Django 6. Django: `django.utils.csp`.

use serde_json::Value;

use super::reader::Table;

/// Stands for the request's nonce. Django: `CSP.NONCE`.
const NONCE: &str = "<CSP_NONCE_SENTINEL>";

/// The directives of a header in their order, with their sources.
#[derive(Clone, Debug)]
pub struct Policy(Vec<(String, Vec<String>)>);

/// None = no header.
pub(super) fn read(top: &mut Table, key: &str) -> Option<Policy> {
    let directives = match top.take(key)? {
        Value::Bool(false) => return None,
        Value::Object(directives) => directives,
        other => {
            top.problem(format!("{key}: {other} is not allowed; a table of directives is"));
            return None;
        }
    };
    let (is_there, mut policy) = (!directives.is_empty(), Vec::new());
    for (name, value) in directives {
        match sources(&value) {
            Ok(Some(sources)) => policy.push((name, sources)),
            Ok(None) => {}
            Err(()) => top.problem(format!("{key}.{name}: a list of texts, a text or a boolean is wanted")),
        }
    }
    is_there.then_some(Policy(policy))
}

/// Nothing for a directive that is off.
fn sources(value: &Value) -> Result<Option<Vec<String>>, ()> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        // A directive without sources, which an empty list is not.
        Value::Bool(true) => Ok(Some(vec![String::new()])),
        Value::String(text) => Ok(Some(vec![text.clone()])),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or(()))
            .collect::<Result<_, _>>()
            .map(Some),
        _ => Err(()),
    }
}

impl Policy {
    /// The header; without a nonce its place stays empty. Django: `build_policy`.
    pub fn header(&self, nonce: Option<&str>) -> String {
        let nonce = nonce.map(|nonce| format!("'nonce-{nonce}'"));
        let mut directives = Vec::new();
        for (name, sources) in &self.0 {
            let source = |source: &String| match (source.as_str(), &nonce) {
                (NONCE, nonce) => nonce.clone(),
                _ => Some(source.clone()),
            };
            let sources: Vec<String> = sources.iter().filter_map(source).collect();
            if !sources.is_empty() {
                directives.push(format!("{name} {}", sources.join(" ")).trim_end().to_owned());
            }
        }
        directives.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::super::problems::Problems;
    use super::*;

    fn policy(value: Value) -> (Option<Policy>, Vec<String>) {
        let problems = Problems::default();
        let raw: Map<String, Value> = [("SECURE_CSP".to_owned(), value)].into_iter().collect();
        let policy = read(&mut Table::new("", raw, &problems), "SECURE_CSP");
        (policy, problems.take())
    }

    #[test]
    fn directives_are_written_as_django_writes_them() {
        let value = json!({
            "default-src": ["'self'", "https://a.example"], "script-src": ["'self'", NONCE], "style-src": [NONCE],
            "upgrade-insecure-requests": true, "img-src": false, "font-src": "data:", "media-src": [], "frame-src": null,
        });
        let policy = policy(value).0.unwrap();
        assert_eq!(
            policy.header(Some("n")),
            "default-src 'self' https://a.example; script-src 'self' 'nonce-n'; style-src 'nonce-n'; \
             upgrade-insecure-requests; font-src data:"
        );
        assert_eq!(
            policy.header(None),
            "default-src 'self' https://a.example; script-src 'self'; upgrade-insecure-requests; font-src data:"
        );
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        assert!(policy(json!({})).0.is_none() && policy(json!(false)).0.is_none());
        for wrong in [json!(["'self'"]), json!("x"), json!({ "img-src": 1 }), json!({ "img-src": [1] })] {
            let (policy, problems) = policy(wrong.clone());
            assert!(policy.is_none_or(|p| p.0.is_empty()) && problems.len() == 1, "{wrong}: {problems:?}");
        }
    }
}
