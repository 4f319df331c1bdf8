//! The start without any configuration: a folder of its own with database, key, administrator and application.
//! Everything is built aside and renamed, so that a killed first start leaves nothing half done.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::rsa::KeySize;
use serde_json::json;

use crate::clock::Clock;
use crate::hashing::Hashing;
use crate::random;
use crate::settings::{self, Bind, Settings};
use crate::storage::applications::{self, NewApplication};
use crate::storage::{self, Target, users};
use crate::vocabulary::{ClientType, GrantType};

use super::stop::Stop;
use super::{docs_client, generate_key};

/// What only the first start can tell.
pub struct Secrets {
    pub password: String,
    pub client_secret: String,
}

pub const USERNAME: &str = "admin";
pub const CLIENT_ID: &str = "first-client";

/// The key that signs ID tokens.
const OIDC_KEY: &str = "oidc_key.pem";

fn database_file(data: &Path) -> PathBuf {
    data.join("db.sqlite3")
}

/// The settings of the own folder.
///
/// # Errors
/// Usage: the folder has not been made yet.
pub fn settings(data: &Path) -> Result<Settings, Stop> {
    let key_file = data.join("secret_key");
    let key = fs::read_to_string(&key_file).map_err(|e| {
        Stop::Usage(format!("cannot read {}: {e} (start once with: slash-o serve)", key_file.display()))
    })?;
    let mut raw = json!({
        "SECRET_KEY": key.trim_end(),
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": database_file(data) } },
        "server": { "limits": {} },
        "OAUTH2_PROVIDER": {
            "SCOPES": { "read": "Reading scope", "write": "Writing scope", "introspection": "Introspect token scope" }
        },
    });
    if data.join(OIDC_KEY).is_file() {
        openid(&mut raw["OAUTH2_PROVIDER"], &data.join(OIDC_KEY));
    }
    let map = raw.as_object().cloned().unwrap_or_default();
    Ok(settings::from_raw(map, &data.display().to_string(), |_| None)?)
}

/// OpenID Connect, for those who ask for it: no token has the scope `openid` by default.
fn openid(provider: &mut serde_json::Value, key: &Path) {
    let names = provider["SCOPES"].as_object().into_iter().flat_map(|scopes| scopes.keys().cloned());
    provider["DEFAULT_SCOPES"] = names.collect();
    provider["SCOPES"]["openid"] = json!("OpenID Connect");
    provider["OIDC_ENABLED"] = json!(true);
    provider["OIDC_RSA_PRIVATE_KEY"] = json!(key);
}

/// Makes folder, key, database, administrator and application, unless they are there; says whether it did.
/// The secrets go to `announce`, once. `bind` is where the server listens.
///
/// # Errors
/// What the file system or the database says.
pub async fn prepare(
    data: &Path,
    bind: &Bind,
    announce: impl FnOnce(&Secrets) -> std::io::Result<()>,
) -> Result<bool, Stop> {
    let told = |e: std::io::Error| Stop::Failed(format!("cannot write to {}: {e}", data.display()));
    if data.exists() && !data.is_dir() {
        return Err(Stop::Usage(format!("{} is not a folder", data.display())));
    }
    if data.is_dir() {
        // What a killed first start left aside goes; a folder that cannot be written to says so below.
        let _ = sweep(data);
    }
    if database_file(data).is_file() && data.join("secret_key").is_file() {
        return Ok(false);
    }
    if database_file(data).exists() {
        let text = format!(
            "{} has a database but no secret_key: put the key back, or move both away",
            data.display()
        );
        return Err(Stop::Usage(text));
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(told)?;
    let aside = data.join(format!(".new-{}", std::process::id()));
    fs::DirBuilder::new().mode(0o700).create(&aside).map_err(told)?;
    if !data.join("secret_key").is_file() {
        let key = random::text(64, random::ALPHANUMERIC)?;
        write_private(&aside.join("secret_key"), format!("{key}\n").as_bytes()).map_err(told)?;
        fs::rename(aside.join("secret_key"), data.join("secret_key")).map_err(told)?;
    }
    if !data.join(OIDC_KEY).is_file() {
        let pem = generate_key::new_key(KeySize::Rsa2048)?;
        write_private(&aside.join(OIDC_KEY), pem.as_bytes()).map_err(told)?;
        fs::rename(aside.join(OIDC_KEY), data.join(OIDC_KEY)).map_err(told)?;
    }
    let secrets = build(data, bind, &aside.join("db.sqlite3")).await?;
    // Told before the database takes its place: a start that is killed in between makes and tells new ones.
    announce(&secrets).map_err(|e| Stop::Failed(format!("cannot tell the secrets: {e}")))?;
    fs::rename(aside.join("db.sqlite3"), database_file(data)).map_err(told)?;
    fs::remove_dir_all(&aside).map_err(told)?;
    Ok(true)
}

/// Removes what killed first starts left aside.
fn sweep(data: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(data)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(".new-") {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A complete database in one file, closed again.
async fn build(data: &Path, bind: &Bind, file: &Path) -> Result<Secrets, Stop> {
    write_private(file, b"").map_err(|e| Stop::Failed(format!("cannot write {}: {e}", file.display())))?;
    let mut settings = settings(data)?;
    settings.server.binds = vec![bind.clone()];
    // Rollback journal while building: one file is all there is to rename.
    let db = storage::open(&Target::of_file(file, "")).await?;
    let now = Clock::default().now();
    migration::migrate(db.0.orm(), now).await.map_err(|e| Stop::Failed(e.to_string()))?;
    let hashing = Hashing::new(
        settings.django.hashers.clone(),
        &settings.oauth2.client_secret_hasher,
        settings.server.hashing,
    )?;
    let password = random::text(20, random::ALPHANUMERIC)?;
    users::insert_superuser(&db, USERNAME, "", hashing.make(&password).await?, now).await?;
    let client_secret = random::text(40, random::ALPHANUMERIC)?;
    let application = NewApplication {
        client_id: CLIENT_ID.into(),
        client_secret: hashing.make(&client_secret).await?,
        hash_client_secret: true,
        client_type: ClientType::Confidential.column().into(),
        authorization_grant_type: GrantType::ClientCredentials.to_column(),
        name: "First client".into(),
        ..Default::default()
    };
    applications::insert(&db, application, now).await?;
    let mut docs = docs_client::draft(&settings, "")?;
    docs.client_secret = hashing.make_secret(&docs.client_secret).await?;
    applications::insert(&db, docs, now).await?;
    db.0.close().await;
    Ok(Secrets { password, client_secret })
}
