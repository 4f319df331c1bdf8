//! The rows of `django_migrations`.

use chrono::{DateTime, SubsecRound, Timelike, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

/// Records `(app, name)` as applied at `now`, one row each, in this order.
pub async fn applied<C: ConnectionTrait>(
    db: &C,
    migrations: &[(String, String)],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => "INSERT INTO django_migrations (app, name, applied) VALUES ($1, $2, $3)",
        _ => "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
    };
    for (app, name) in migrations {
        let values = [app.as_str().into(), name.as_str().into(), django_time(backend, now)];
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// A time as Django binds it: text with a blank on SQLite (no fraction when it is 0), microseconds everywhere.
pub fn django_time(backend: DbBackend, now: DateTime<Utc>) -> Value {
    let now = now.trunc_subsecs(6);
    match backend {
        DbBackend::Sqlite if now.nanosecond() == 0 => now.format("%Y-%m-%d %H:%M:%S").to_string().into(),
        DbBackend::Sqlite => now.format("%Y-%m-%d %H:%M:%S%.6f").to_string().into(),
        _ => now.into(),
    }
}
