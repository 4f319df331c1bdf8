//! The engines whose DDL differs, and their column types (Django's `DatabaseWrapper.data_types`).

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
    /// MySQL and MariaDB. MariaDB has a uuid type since 10.7, which Django uses since 5.0.
    Mysql {
        native_uuid: bool,
    },
}

impl Engine {
    pub async fn detect<C: ConnectionTrait>(db: &C) -> Result<Engine, DbErr> {
        match db.get_database_backend() {
            DbBackend::Sqlite => Ok(Engine::Sqlite),
            DbBackend::Postgres => Ok(Engine::Postgres),
            _ => {
                let statement = Statement::from_string(DbBackend::MySql, "SELECT VERSION() AS version");
                let row = db.query_one_raw(statement).await?;
                let version =
                    row.map(|row| row.try_get::<String>("", "version")).transpose()?.unwrap_or_default();
                Ok(Engine::Mysql { native_uuid: has_native_uuid(&version) })
            }
        }
    }

    pub fn column_type(self, kind: Kind) -> String {
        if let Kind::Char(length) = kind {
            return format!("varchar({length})");
        }
        match self {
            Engine::Sqlite => sqlite(kind),
            Engine::Postgres => postgres(kind),
            Engine::Mysql { native_uuid: true } if kind == Kind::Uuid => "uuid",
            Engine::Mysql { .. } => mysql(kind),
        }
        .to_string()
    }

    /// Django's `max_name_length()`; SQLite has none and Django then takes 200.
    pub fn longest_name(self) -> usize {
        match self {
            Engine::Sqlite => 200,
            Engine::Postgres => 63,
            Engine::Mysql { .. } => 64,
        }
    }

    pub fn quote(self, name: &str) -> String {
        match self {
            Engine::Mysql { .. } => format!("`{name}`"),
            _ => format!("\"{name}\""),
        }
    }
}

/// Django's `mysql_is_mariadb and mysql_version >= (10, 7)`.
fn has_native_uuid(version: &str) -> bool {
    let mut numbers = version.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    let major_minor = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    version.to_lowercase().contains("mariadb") && major_minor >= (10, 7)
}

fn sqlite(kind: Kind) -> &'static str {
    match kind {
        Kind::Auto | Kind::BigAuto | Kind::Integer => "integer",
        Kind::BigInteger => "bigint",
        Kind::PositiveSmall => "smallint unsigned",
        Kind::Text | Kind::Json | Kind::Char(_) => "text",
        Kind::Bool => "bool",
        Kind::DateTime => "datetime",
        Kind::Uuid => "char(32)",
    }
}

fn postgres(kind: Kind) -> &'static str {
    match kind {
        Kind::Auto | Kind::Integer => "integer",
        Kind::BigAuto | Kind::BigInteger => "bigint",
        Kind::PositiveSmall => "smallint",
        Kind::Text | Kind::Char(_) => "text",
        Kind::Json => "jsonb",
        Kind::Bool => "boolean",
        Kind::DateTime => "timestamp with time zone",
        Kind::Uuid => "uuid",
    }
}

fn mysql(kind: Kind) -> &'static str {
    match kind {
        Kind::Auto | Kind::Integer => "integer",
        Kind::BigAuto | Kind::BigInteger => "bigint",
        Kind::PositiveSmall => "smallint UNSIGNED",
        Kind::Text | Kind::Char(_) => "longtext",
        Kind::Json => "json",
        Kind::Bool => "bool",
        Kind::DateTime => "datetime(6)",
        Kind::Uuid => "char(32)",
    }
}

#[cfg(test)]
mod tests {
    use super::has_native_uuid;

    #[test]
    fn only_a_new_mariadb_has_uuids() {
        assert!(has_native_uuid("10.11.19-MariaDB-0+deb12u1"));
        assert!(has_native_uuid("11.4.2-MariaDB"));
        assert!(!has_native_uuid("10.6.4-MariaDB-log"));
        assert!(!has_native_uuid("8.0.36-0ubuntu0.22.04.1"));
    }
}
