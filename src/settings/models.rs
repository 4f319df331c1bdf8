//! AUTH_USER_MODEL and DOT's swapped models: what the project calls its tables and columns.
//! Django: `AUTH_USER_MODEL`; DOT: `OAUTH2_PROVIDER_*_MODEL`.

use serde_json::Value;

use super::reader::Table;
use super::shown::{self, Shown};

/// `[server.user]` and `[server.models.…]` as they are in the file.
#[derive(Debug, Default)]
pub struct Given {
    user: Option<GivenModel>,
    models: Vec<(String, GivenModel)>,
}

#[derive(Debug, Default)]
struct GivenModel {
    table: String,
    key: String,
    username: String,
    label: String,
    max_length: i64,
    columns: Vec<(String, String)>,
    insert: Vec<(String, Value)>,
    shown: Vec<Shown>,
}

/// The type of the users' primary key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserKey {
    #[default]
    Int,
    Bigint,
    Uuid,
}

/// The user model.
#[derive(Debug)]
pub struct User {
    /// `auth.User` or the project's own.
    pub model: String,
    pub is_custom: bool,
    pub key: UserKey,
    /// verbose_name of USERNAME_FIELD, for the login form.
    pub label: String,
    /// max_length of USERNAME_FIELD.
    pub max_length: i64,
}

/// What differs from Django's and DOT's own names; tables and columns are named first as Django and DOT name them.
#[derive(Debug)]
pub struct Models {
    pub user: User,
    pub tables: Vec<(String, String)>,
    /// An empty name: the table has no such column.
    pub columns: Vec<(String, String, String)>,
    /// What a new row holds in columns of the project's own.
    pub inserts: Vec<(String, String, Value)>,
    /// Django's or DOT's name of a table, and what templates look up in columns of the project's own.
    pub shown: Vec<(String, Shown)>,
}

impl Models {
    /// Whether any table is the project's own.
    pub fn are_custom(&self) -> bool {
        self.user.is_custom || !self.tables.is_empty()
    }

    pub fn shown_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Shown> + 'a {
        self.shown.iter().filter(move |(of, _)| of == table).map(|(_, shown)| shown)
    }
}

/// Name in `[server.models]`, end of Django's setting, class and table of DOT.
const SWAPPABLE: [(&str, &str, &str, &str); 6] = [
    ("application", "APPLICATION", "Application", "oauth2_provider_application"),
    ("access_token", "ACCESS_TOKEN", "AccessToken", "oauth2_provider_accesstoken"),
    ("refresh_token", "REFRESH_TOKEN", "RefreshToken", "oauth2_provider_refreshtoken"),
    ("grant", "GRANT", "Grant", "oauth2_provider_grant"),
    ("id_token", "ID_TOKEN", "IDToken", "oauth2_provider_idtoken"),
    ("device_grant", "DEVICE_GRANT", "DeviceGrant", "oauth2_provider_devicegrant"),
];

const USER_COLUMNS: [&str; 10] = [
    "id",
    "password",
    "last_login",
    "is_superuser",
    "first_name",
    "last_name",
    "email",
    "is_staff",
    "is_active",
    "date_joined",
];

pub(super) fn given(server: &mut Table) -> Given {
    let user = server.table("user").map(|table| one(table, Of::User));
    let mut models = Vec::new();
    if let Some(mut all) = server.table("models") {
        for (name, ..) in SWAPPABLE {
            let kind = if name == "application" { Of::Application } else { Of::Other };
            models.extend(all.table(name).map(|table| (name.to_owned(), one(table, kind))));
        }
        all.finish();
    }
    Given { user, models }
}

/// Whose rows a table holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    User,
    Application,
    Other,
}

fn one(mut table: Table, of: Of) -> GivenModel {
    let mut model = GivenModel { table: table.string("table", ""), ..GivenModel::default() };
    if of != Of::Other {
        model.shown = shown::read(&mut table);
    }
    if of == Of::User {
        model.key = table.one_of("key", &["int", "bigint", "uuid"], "int");
        model.username = table.string("username", "username");
        model.label = table.string("label", &model.username.replace('_', " "));
        model.max_length = table.count("max_length", 150);
        model.columns = table.string_map("columns").unwrap_or_default();
        for (name, _) in model.columns.iter().filter(|(name, _)| !USER_COLUMNS.contains(&name.as_str())) {
            let list = USER_COLUMNS.join(", ");
            table.problem(format!("{}: {name} is not known; allowed are: {list}", table.name("columns")));
        }
    }
    if let Some(mut insert) = table.table("insert") {
        for (column, value) in insert.rest() {
            if matches!(value, Value::Array(_) | Value::Object(_)) {
                let name = insert.name(&column);
                insert.problem(format!("{name}: a text, a number, true or false is wanted"));
            }
            model.insert.push((column, value));
        }
    }
    let names = model.columns.iter().map(|(_, column)| column).filter(|c| !c.is_empty());
    let names =
        names.chain(model.insert.iter().map(|(column, _)| column)).chain([&model.table, &model.username]);
    for name in names.filter(|name| name.chars().any(|c| c.is_control() || "\"`\\".contains(c))) {
        table.problem(format!("{}: {name:?} is no name of a table or column", table.name("table")));
    }
    table.finish();
    model
}

pub(super) fn read(top: &mut Table, given: &Given) -> Models {
    let mut models = Models {
        user: User {
            model: top.string("AUTH_USER_MODEL", "auth.User"),
            is_custom: false,
            key: UserKey::Int,
            label: "username".into(),
            max_length: 150,
        },
        tables: Vec::new(),
        columns: Vec::new(),
        inserts: Vec::new(),
        shown: Vec::new(),
    };
    user(top, given, &mut models);
    for (name, setting, class, ours) in SWAPPABLE {
        let stock = format!("oauth2_provider.{class}");
        let key = format!("OAUTH2_PROVIDER_{setting}_MODEL");
        let label = top.string(&key, &stock);
        let own = given.models.iter().find(|(known, _)| known == name).map(|(_, model)| model);
        if label == stock {
            if own.is_some() {
                top.problem(format!("server.models.{name}: only with another {key}"));
            }
            continue;
        }
        let table = own.map(|m| m.table.clone()).filter(|t| !t.is_empty()).or_else(|| table_of(&label));
        match table {
            Some(table) => models.tables.push((ours.to_owned(), table)),
            None => top.problem(format!("{key}: {label:?} is no app.Model")),
        }
        let shown = own.into_iter().flat_map(|m| &m.shown);
        models.shown.extend(shown.map(|shown| (ours.to_owned(), shown.clone())));
        let inserts = own.into_iter().flat_map(|m| &m.insert);
        models
            .inserts
            .extend(inserts.map(|(column, value)| (ours.to_owned(), column.clone(), value.clone())));
    }
    models
}

/// Django's own name for a model's table.
fn table_of(label: &str) -> Option<String> {
    let (app, model) = label.split_once('.')?;
    (!app.is_empty() && !model.is_empty()).then(|| format!("{app}_{model}").to_lowercase())
}

fn user(top: &mut Table, given: &Given, models: &mut Models) {
    let model = models.user.model.clone();
    let Some(own) = &given.user else {
        if model != "auth.User" {
            top.problem(format!(
                "AUTH_USER_MODEL: {model} needs [server.user] with table, key, username and columns \
                 (slash-o django-settings writes it)"
            ));
        }
        return;
    };
    if model == "auth.User" {
        top.problem("server.user: only with another AUTH_USER_MODEL than auth.User".into());
        return;
    }
    let table = Some(own.table.clone()).filter(|t| !t.is_empty()).or_else(|| table_of(&model));
    let Some(table) = table else {
        top.problem(format!("AUTH_USER_MODEL: {model:?} is no app.Model"));
        return;
    };
    models.user.is_custom = true;
    models.user.key = match own.key.as_str() {
        "uuid" => UserKey::Uuid,
        "bigint" => UserKey::Bigint,
        _ => UserKey::Int,
    };
    models.user.label.clone_from(&own.label);
    models.user.max_length = own.max_length;
    models.tables.push(("auth_user".into(), table));
    let ours = |column: &str, theirs: &str| ("auth_user".to_owned(), column.to_owned(), theirs.to_owned());
    if own.username != "username" {
        models.columns.push(ours("username", &own.username));
    }
    models.shown.extend(own.shown.iter().map(|shown| ("auth_user".to_owned(), shown.clone())));
    models.columns.extend(own.columns.iter().map(|(column, theirs)| ours(column, theirs)));
    models
        .inserts
        .extend(own.insert.iter().map(|(column, value)| ("auth_user".into(), column.clone(), value.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::problems::Problems;

    fn models(raw: Value) -> (Models, Vec<String>) {
        let problems = Problems::default();
        let mut top = Table::new("", raw.as_object().unwrap().clone(), &problems);
        let mut server =
            top.table("server").unwrap_or_else(|| Table::new("server", Default::default(), &problems));
        let given = given(&mut server);
        let models = read(&mut top, &given);
        drop((top, server));
        (models, problems.take())
    }

    #[test]
    fn a_project_of_django_s_own_models_differs_in_nothing() {
        let (models, problems) = models(serde_json::json!({}));
        assert!(problems.is_empty() && !models.are_custom());
    }

    #[test]
    fn a_user_model_and_a_swapped_one_are_named() {
        let (models, problems) = models(serde_json::json!({
            "AUTH_USER_MODEL": "people.Person",
            "OAUTH2_PROVIDER_APPLICATION_MODEL": "MyAuth.App",
            "server": {
                "user": { "table": "people", "key": "uuid", "username": "email", "columns": { "is_active": "" } },
                "models": { "application": { "insert": { "tenant_id": 1 } } },
            },
        }));
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(models.user.key, UserKey::Uuid);
        assert_eq!(models.user.label, "email");
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let application = "oauth2_provider_application";
        assert_eq!(models.tables, [pair("auth_user", "people"), pair(application, "myauth_app")]);
        assert_eq!(models.columns[0], ("auth_user".into(), "username".into(), "email".into()));
        assert_eq!(models.columns[1], ("auth_user".into(), "is_active".into(), String::new()));
        assert_eq!(models.inserts, [(application.into(), "tenant_id".into(), 1.into())]);
    }

    #[test]
    fn half_a_user_model_is_refused_by_name() {
        let (_, problems) = models(serde_json::json!({ "AUTH_USER_MODEL": "people.Person" }));
        assert!(problems[0].contains("needs [server.user]"), "{problems:?}");
        let wrong = serde_json::json!({ "server": { "user": {}, "models": { "grant": {} } } });
        let (_, problems) = models(wrong);
        assert!(
            problems.iter().all(|p| p.contains("only with another")) && problems.len() == 2,
            "{problems:?}"
        );
        let column = serde_json::json!({ "server": { "user": { "columns": { "nick": "x" } } } });
        assert!(models(column).1.iter().any(|p| p.contains("nick is not known")));
    }
}
