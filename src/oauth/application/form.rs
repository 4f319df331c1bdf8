//! The application form as Django cleans it: fields one by one, then the model, all problems at once.
//! DOT: `ApplicationForm`; Django: `ModelForm._post_clean`, `construct_instance`.

use crate::failure::Failure;
use crate::oauth::Params;
use crate::settings::DotVersion;
use crate::site::Site;
use crate::storage::applications;

use super::texts::{most_characters, null_problem, text_problems};
use super::{ALGORITHMS, Draft, Problem, TAKEN, clean, client_types};

const REQUIRED: &str = "This field is required.";

/// What a submitted form would make of the application, and what is wrong with it.
pub struct Cleaned {
    pub draft: Draft,
    pub problems: Vec<Problem>,
}

/// Reads one field into the draft; a field with a problem keeps what the draft had.
struct Reader<'a> {
    form: &'a Params,
    problems: Vec<Problem>,
    dot: DotVersion,
}

impl Reader<'_> {
    /// A stripped text. An absent field keeps the default, where the model has one.
    fn text(&mut self, name: &'static str, slot: &mut String, kind: Text) {
        let raw = self.form.get(name);
        let value = django::text::strip(raw.unwrap_or_default());
        let found: Vec<String> = match kind {
            Text::Required if value.is_empty() => vec![REQUIRED.into()],
            Text::Area | Text::AreaWithDefault => null_problem(value).into_iter().collect(),
            _ => text_problems(value, most_characters(name, self.dot)),
        };
        let keeps_default = raw.is_none() && matches!(kind, Text::WithDefault | Text::AreaWithDefault);
        if found.is_empty() && !keeps_default {
            value.clone_into(slot);
        }
        self.problems.extend(found.into_iter().map(|text| (name, text)));
    }

    fn choice(&mut self, name: &'static str, slot: &mut String, allowed: &[&str]) {
        let raw = self.form.get(name);
        let value = raw.unwrap_or_default();
        if allowed.contains(&value) {
            if raw.is_some() {
                value.clone_into(slot);
            }
        } else if value.is_empty() {
            self.problems.push((name, REQUIRED.into()));
        } else {
            let text = format!("Select a valid choice. {value} is not one of the available choices.");
            self.problems.push((name, text));
        }
    }
}

#[derive(Clone, Copy)]
enum Text {
    Required,
    Optional,
    WithDefault,
    Area,
    AreaWithDefault,
}

/// `draft` is what was there before: a stored application, or a blank one. `id` is that of the stored one.
///
/// # Errors
/// The database's own.
pub async fn read(site: &Site, form: &Params, mut draft: Draft, id: Option<i64>) -> Result<Cleaned, Failure> {
    let mut reader = Reader { form, problems: Vec::new(), dot: site.settings.server.dot_version };
    reader.text("name", &mut draft.name, Text::Optional);
    reader.text("client_id", &mut draft.client_id, Text::Required);
    reader.text("client_secret", &mut draft.client_secret, Text::WithDefault);
    draft.hash_client_secret = form.is_checked("hash_client_secret");
    reader.choice("client_type", &mut draft.client_type, &client_types());
    let grants = site.settings.oauth2.grants.columns();
    reader.choice("authorization_grant_type", &mut draft.authorization_grant_type, &grants);
    reader.text("redirect_uris", &mut draft.redirect_uris, Text::Area);
    reader.text("post_logout_redirect_uris", &mut draft.post_logout_redirect_uris, Text::AreaWithDefault);
    reader.text("allowed_origins", &mut draft.allowed_origins, Text::AreaWithDefault);
    reader.choice("algorithm", &mut draft.algorithm, &ALGORITHMS);
    let mut problems = reader.problems;
    problems.extend(clean(&draft, site));
    let is_good = problems.iter().all(|(field, _)| *field != "client_id");
    if is_good && applications::is_client_id_taken(&site.db, &draft.client_id, id).await? {
        problems.push(("client_id", TAKEN.into()));
    }
    Ok(Cleaned { draft, problems })
}
