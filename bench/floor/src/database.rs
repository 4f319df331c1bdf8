//! The least SQL of each scenario, through sqlx.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool};

const APPLICATION: &str =
    "SELECT id, client_secret, hash_client_secret FROM oauth2_provider_application WHERE client_id = $1";
const INSERT: &str = "INSERT INTO oauth2_provider_accesstoken (user_id, source_refresh_token_id, token, token_checksum, \
     id_token_id, application_id, expires, scope, resource, created, updated) VALUES (NULL, NULL, $1, $2, NULL, $3, \
     {expires}, 'read', {resource}, {now}, {now}) RETURNING id";
const TOKEN: &str = "SELECT {seconds} AS expires, t.scope, t.user_id, a.client_id, u.username \
     FROM oauth2_provider_accesstoken t LEFT JOIN auth_user u ON t.user_id = u.id \
     LEFT JOIN oauth2_provider_application a ON t.application_id = a.id WHERE t.token_checksum = $1";

pub enum Database {
    Sqlite { read: SqlitePool, write: SqlitePool, insert: String, token: String },
    Postgres { pool: PgPool, insert: String, token: String },
}

pub struct Application {
    pub id: i64,
    pub secret: String,
    pub is_hashed: bool,
}

pub struct Token {
    /// Seconds since 1970.
    pub expires: i64,
    pub scope: String,
    pub user_id: Option<i64>,
    pub client_id: String,
    pub username: String,
}

fn filled(text: &str, parts: [(&str, &str); 4]) -> String {
    parts.iter().fold(text.to_owned(), |text, (name, sql)| text.replace(name, sql))
}

impl Database {
    pub async fn open(url: &str) -> Result<Database, sqlx::Error> {
        let Some(path) = url.strip_prefix("sqlite:") else {
            let pool = PgPoolOptions::new().max_connections(8).test_before_acquire(false).connect(url).await?;
            let parts = [
                ("{expires}", "now() + interval '10 hours'"),
                ("{now}", "now()"),
                ("{resource}", "'[]'::jsonb"),
                ("{seconds}", "extract(epoch from t.expires)::bigint"),
            ];
            let token = filled(TOKEN, parts).replace("t.user_id,", "t.user_id::bigint,");
            return Ok(Database::Postgres { pool, insert: filled(INSERT, parts), token });
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(20))
            .pragma("mmap_size", "134217728")
            .pragma("cache_size", "-20000");
        let pool = |most| SqlitePoolOptions::new().max_connections(most).test_before_acquire(false);
        let parts = [
            ("{expires}", "strftime('%Y-%m-%d %H:%M:%f', 'now', '+10 hours')"),
            ("{now}", "strftime('%Y-%m-%d %H:%M:%f', 'now')"),
            ("{resource}", "'[]'"),
            ("{seconds}", "CAST(strftime('%s', t.expires) AS INTEGER)"),
        ];
        Ok(Database::Sqlite {
            read: pool(4).connect_with(options.clone()).await?,
            write: pool(1).connect_with(options).await?,
            insert: filled(INSERT, parts),
            token: filled(TOKEN, parts),
        })
    }

    pub async fn application(&self, client_id: &str) -> Result<Option<Application>, sqlx::Error> {
        macro_rules! read {
            ($pool:expr) => {
                sqlx::query(APPLICATION).bind(client_id).fetch_optional($pool).await?.map(|row| Application {
                    id: row.get(0),
                    secret: row.get(1),
                    is_hashed: row.get(2),
                })
            };
        }
        Ok(match self {
            Database::Sqlite { read, .. } => read!(read),
            Database::Postgres { pool, .. } => read!(pool),
        })
    }

    pub async fn insert(&self, token: &str, checksum: &str, application: i64) -> Result<i64, sqlx::Error> {
        macro_rules! write {
            ($pool:expr, $sql:expr) => {
                sqlx::query(AssertSqlSafe($sql.as_str()))
                    .bind(token)
                    .bind(checksum)
                    .bind(application)
                    .fetch_one($pool)
                    .await?
                    .get(0)
            };
        }
        Ok(match self {
            Database::Sqlite { write, insert, .. } => write!(write, insert),
            Database::Postgres { pool, insert, .. } => write!(pool, insert),
        })
    }

    pub async fn token(&self, checksum: &str) -> Result<Option<Token>, sqlx::Error> {
        macro_rules! read {
            ($pool:expr, $sql:expr) => {
                sqlx::query(AssertSqlSafe($sql.as_str())).bind(checksum).fetch_optional($pool).await?.map(|row| Token {
                    expires: row.get_unchecked(0),
                    scope: row.get(1),
                    user_id: row.get_unchecked(2),
                    client_id: row.get(3),
                    username: row.get::<Option<String>, _>(4).unwrap_or_default(),
                })
            };
        }
        Ok(match self {
            Database::Sqlite { read, token, .. } => read!(read, token),
            Database::Postgres { pool, token, .. } => read!(pool, token),
        })
    }
}
