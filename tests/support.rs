//! A fresh provider on a fresh SQLite file, with builders for what tests need.

use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::test::TestClient;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{EndpointExt, Request};

use slash_o::App;
use slash_o::settings::{self, Settings};
use slash_o::testing::storage::applications::{self, NewApplication};
use slash_o::testing::storage::{self, Target, users};
use slash_o::testing::{Clock, Documents, HashBounds, Hashing, Site};

pub struct Provider {
    pub app: Arc<App>,
    pub client: TestClient<BoxEndpoint<'static, poem::Response>>,
    _folder: tempfile::TempDir,
}

/// How the provider's SQLite file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    /// Through the driver.
    Rollback,
    /// WAL with `synchronous` NORMAL: around the driver.
    Wal,
}

impl Journal {
    pub const ALL: [Journal; 2] = [Journal::Rollback, Journal::Wal];

    fn command(self) -> &'static str {
        match self {
            Journal::Rollback => "",
            Journal::Wal => "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    }
}

/// Cheap hashes: the tests are about rules, not about work factors.
fn settings(file: &std::path::Path, more: serde_json::Value) -> Settings {
    let mut raw = serde_json::json!({
        "SECRET_KEY": "a key for tests that is at least fifty characters long",
        "ALLOWED_HOSTS": ["testserver"],
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": file } },
        "server": { "hashers": { "pbkdf2_sha256": { "iterations": 10 } } },
    });
    raw.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    settings::from_raw(raw.as_object().unwrap().clone(), "test", |_| None).unwrap()
}

impl Provider {
    pub async fn new() -> Provider {
        Provider::with(serde_json::json!({})).await
    }

    pub async fn with(oauth2: serde_json::Value) -> Provider {
        Provider::on(serde_json::json!({ "OAUTH2_PROVIDER": oauth2 })).await
    }

    /// With these settings besides the least.
    pub async fn on(more: serde_json::Value) -> Provider {
        Provider::make(more, None, Journal::Rollback, |_| {}).await
    }

    /// On a file that is written in this way.
    pub async fn writing(journal: Journal) -> Provider {
        Provider::make(serde_json::json!({}), None, journal, |_| {}).await
    }

    /// No hash finds a place in the queue.
    pub async fn with_full_queue(more: serde_json::Value) -> Provider {
        Provider::make(
            more,
            Some(HashBounds { threads: 0, queue: 0, remembered_secrets: 0 }),
            Journal::Rollback,
            |_| {},
        )
        .await
    }

    /// With settings that no file can say.
    pub async fn changed(more: serde_json::Value, change: impl FnOnce(&mut Settings)) -> Provider {
        Provider::make(more, None, Journal::Rollback, change).await
    }

    async fn make(
        more: serde_json::Value,
        bounds: Option<HashBounds>,
        journal: Journal,
        change: impl FnOnce(&mut Settings),
    ) -> Provider {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("db.sqlite3");
        std::fs::File::create_new(&file).unwrap();
        let mut settings = settings(&file, more);
        change(&mut settings);
        let target = Target::of_file(&file, journal.command());
        let db = storage::open(&target).await.unwrap();
        let clock = Clock::default();
        migration::migrate(db.0.orm(), clock.now()).await.unwrap();
        let hashing = Hashing::new(
            settings.django.hashers.clone(),
            &settings.oauth2.client_secret_hasher,
            bounds.unwrap_or(settings.server.hashing),
        )
        .unwrap();
        let documents = Documents::new(&settings).unwrap();
        let site = Site {
            settings,
            db,
            hashing,
            clock,
            documents,
            introspection: None,
            polls: Default::default(),
            caches: Default::default(),
            limits: Default::default(),
            metadata: Default::default(),
        };
        let app = slash_o::testing::provider(site);
        Provider {
            client: TestClient::new(slash_o::app(&app).before(as_received).boxed()),
            app,
            _folder: folder,
        }
    }

    /// Its requests reach the routes that were laid for another one.
    pub fn on_routes_of(self, other: &Provider) -> Provider {
        let routes = slash_o::testing::routes_of(&other.app, &self.app);
        Provider { client: TestClient::new(routes.before(as_received).boxed()), ..self }
    }

    pub fn site(&self) -> &Site {
        slash_o::testing::site(&self.app)
    }

    pub async fn application(&self, client_id: &str, secret: &str, grant: &str) -> i64 {
        let stored = self.site().hashing.make(secret).await.unwrap();
        self.stored_application(client_id, stored, grant).await
    }

    /// `stored` is what the column of the secret holds.
    pub async fn stored_application(&self, client_id: &str, stored: String, grant: &str) -> i64 {
        let application = NewApplication {
            client_id: client_id.into(),
            client_secret: stored,
            hash_client_secret: true,
            client_type: "confidential".into(),
            authorization_grant_type: grant.into(),
            redirect_uris: "https://client.example/cb".into(),
            name: client_id.into(),
            ..Default::default()
        };
        applications::insert(&self.site().db, application, self.site().clock.now()).await.unwrap()
    }

    pub async fn user(&self, username: &str, password: &str) {
        let encoded = self.site().hashing.make(password).await.unwrap();
        users::insert_superuser(&self.site().db, username, "", encoded, self.site().clock.now())
            .await
            .unwrap();
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> poem::test::TestResponse {
        self.client.post(path).header("Host", "testserver").form(&form).send().await
    }
}

/// The request as the server receives it. The test client alone leaves out what was sent as the address.
async fn as_received(request: Request) -> poem::Result<Request> {
    let (sent, body) = request.into_parts();
    let (mut parts, ()) = poem::http::Request::new(()).into_parts();
    (parts.method, parts.uri, parts.version) = (sent.method, sent.uri, sent.version);
    (parts.headers, parts.extensions) = (sent.headers, sent.extensions);
    let parts = (parts, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP);
    Ok(Request::from_parts(parts.into(), body))
}
