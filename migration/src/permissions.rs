//! Content types and permissions, as Django's post_migrate signal makes them (contenttypes and auth apps).

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// `(app, model, verbose name)` in Django's order: INSTALLED_APPS, then the models as their modules define them.
#[rustfmt::skip]
pub const MODELS: [(&str, &str, &str); 12] = [
    ("admin", "logentry", "log entry"),
    ("auth", "permission", "permission"),
    ("auth", "group", "group"),
    ("auth", "user", "user"),
    ("contenttypes", "contenttype", "content type"),
    ("sessions", "session", "session"),
    ("oauth2_provider", "application", "application"),
    ("oauth2_provider", "accesstoken", "access token"),
    ("oauth2_provider", "grant", "grant"),
    ("oauth2_provider", "refreshtoken", "refresh token"),
    ("oauth2_provider", "idtoken", "id token"),
    ("oauth2_provider", "devicegrant", "device grant"),
];

/// Django's default permissions of a model (`Options.default_permissions`).
const ACTIONS: [&str; 4] = ["add", "change", "delete", "view"];

/// Adds what is missing for the models of `apps`; rows that are there stay as they are.
pub async fn create_missing<C: ConnectionTrait>(db: &C, apps: &[&str]) -> Result<(), DbErr> {
    let models = MODELS.iter().filter(|(app, ..)| apps.contains(app));
    for (app, model, _) in models.clone() {
        if content_type(db, app, model).await?.is_none() {
            execute(db, "INSERT INTO django_content_type (app_label, model) VALUES (?, ?)", &[app, model])
                .await?;
        }
    }
    for (app, model, label) in models {
        let Some(id) = content_type(db, app, model).await? else { continue };
        for action in ACTIONS {
            permission(db, id, &format!("{action}_{model}"), &format!("Can {action} {label}")).await?;
        }
    }
    Ok(())
}

async fn content_type<C: ConnectionTrait>(db: &C, app: &str, model: &str) -> Result<Option<i32>, DbErr> {
    let sql = "SELECT id FROM django_content_type WHERE app_label = ? AND model = ?";
    let statement = statement(db.get_database_backend(), sql, vec![app.into(), model.into()]);
    db.query_one_raw(statement).await?.map(|row| row.try_get("", "id")).transpose()
}

async fn permission<C: ConnectionTrait>(
    db: &C,
    type_id: i32,
    codename: &str,
    name: &str,
) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let sql = "SELECT id FROM auth_permission WHERE content_type_id = ? AND codename = ?";
    if db.query_one_raw(statement(backend, sql, vec![type_id.into(), codename.into()])).await?.is_none() {
        let sql = "INSERT INTO auth_permission (content_type_id, codename, name) VALUES (?, ?, ?)";
        let values = vec![type_id.into(), codename.into(), name.into()];
        db.execute_raw(statement(backend, sql, values)).await?;
    }
    Ok(())
}

async fn execute<C: ConnectionTrait>(db: &C, sql: &str, values: &[&str]) -> Result<(), DbErr> {
    let values = values.iter().map(|value| (*value).into()).collect();
    db.execute_raw(statement(db.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// `?` becomes `$1`, `$2`, … for PostgreSQL.
fn statement(backend: DbBackend, sql: &str, values: Vec<sea_orm::Value>) -> Statement {
    if backend != DbBackend::Postgres {
        return Statement::from_sql_and_values(backend, sql, values);
    }
    let mut numbered = String::with_capacity(sql.len() + values.len());
    for (index, part) in sql.split('?').enumerate() {
        if index > 0 {
            numbered.push_str(&format!("${index}"));
        }
        numbered.push_str(part);
    }
    Statement::from_sql_and_values(backend, numbered, values)
}
