//! `AUTH_PASSWORD_VALIDATORS`: Django's own four with their options; another class is Python and is refused by name.
//! Django: `django.contrib.auth.password_validation`.

use serde_json::Value;

use django::password_validation::{USER_ATTRIBUTES, Validator, common};

use super::reader::Table;

const MODULE: &str = "django.contrib.auth.password_validation.";

pub(super) fn read(top: &mut Table) -> Vec<Validator> {
    let tables = top.tables("AUTH_PASSWORD_VALIDATORS");
    tables.into_iter().filter_map(validator).collect()
}

fn validator(mut table: Table) -> Option<Validator> {
    let name = table.string("NAME", "");
    let mut options = table.table("OPTIONS");
    let validator = match name.strip_prefix(MODULE) {
        Some("UserAttributeSimilarityValidator") => Some(similarity(options.as_mut())),
        Some("MinimumLengthValidator") => {
            let least = options.as_mut().map_or(8, |o| o.count("min_length", 8));
            Some(Validator::MinimumLength(usize::try_from(least).unwrap_or(usize::MAX)))
        }
        Some("CommonPasswordValidator") => listed(&table, options.as_mut()),
        Some("NumericPasswordValidator") => Some(Validator::Numeric),
        _ => {
            table.problem(format!("{}: {name:?} is Python; only Django's own four are", table.name("NAME")));
            None
        }
    };
    if let Some(options) = options {
        options.finish();
    }
    table.finish();
    validator
}

fn similarity(options: Option<&mut Table>) -> Validator {
    let (mut attributes, mut most) = (USER_ATTRIBUTES.map(str::to_owned).to_vec(), None);
    if let Some(options) = options {
        attributes = options.strings("user_attributes", &USER_ATTRIBUTES);
        most = options.take("max_similarity");
        if most.as_ref().is_some_and(|n| n.as_f64().is_none_or(|n| n < 0.1)) {
            options.problem(format!("{}: 0.1 or more is wanted", options.name("max_similarity")));
        }
    }
    Validator::Similarity { attributes, max_similarity: most.as_ref().and_then(Value::as_f64).unwrap_or(0.7) }
}

fn listed(table: &Table, options: Option<&mut Table>) -> Option<Validator> {
    let path = options.and_then(|o| o.opt_string("password_list_path"));
    let list = path.as_ref().map(std::fs::read).transpose();
    match list.and_then(|list| common(list.as_deref())) {
        Ok(validator) => Some(validator),
        Err(error) => {
            let path = path.unwrap_or_default();
            table.problem(format!("{}: {path}: {error}", table.name("OPTIONS.password_list_path")));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::problems::Problems;

    fn read_list(list: &str) -> (usize, Vec<String>) {
        let problems = Problems::default();
        let raw =
            serde_json::json!({ "AUTH_PASSWORD_VALIDATORS": serde_json::from_str::<Value>(list).unwrap() });
        let mut top = Table::new("", raw.as_object().unwrap().clone(), &problems);
        let validators = read(&mut top);
        (validators.len(), problems.take())
    }

    #[test]
    fn djangos_four_are_known_and_others_are_named() {
        let all = r#"[{"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
            {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"}]"#;
        assert_eq!(read_list(all), (4, vec![]));
        let (count, problems) = read_list(r#"[{"NAME": "shop.validators.Strict"}]"#);
        assert_eq!(count, 0);
        assert!(problems[0].contains("shop.validators.Strict"), "{problems:?}");
    }
}
