//! What the log tells of decisions, read as a whole.

use std::io::Write;
use std::sync::{Arc, Mutex};

use poem::http::{Method, StatusCode};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use tracing::subscriber::DefaultGuard;

use crate::support::Provider;

use super::visitor::{Visitor, text};

/// What this thread logs. Each test has a thread of its own, on which its requests are answered.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> (Log, DefaultGuard) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// The lines of one kind of decision since the last look.
    fn of(&self, decision: &str) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        let target = format!(" slash_o::{decision}: ");
        text.lines().filter(|line| line.contains(&target)).map(str::to_owned).collect()
    }

    /// The only line of this decision.
    fn line(&self, decision: &str) -> String {
        let lines = self.of(decision);
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.into_iter().next().unwrap()
    }
}

#[tokio::test]
async fn a_token_in_the_place_of_a_word_is_not_told() {
    let provider = Provider::new().await;
    provider.application("cc", "s3cret", "client-credentials").await;
    let (log, _guard) = Log::start();
    let token = "abcdefghij0123456789ABCDEFGHIJ";
    let client = [("client_id", "cc"), ("client_secret", "s3cret")];
    for asked in [
        [("grant_type", token), ("scope", "read")],
        [("grant_type", "client_credentials"), ("scope", token)],
        [("grant_type", "client_credentials"), ("encoding", token)],
    ] {
        provider.post("/o/token/", &[asked, client].concat()).await;
        let line = log.line("token");
        assert!(line.contains("[30 characters]") && !line.contains(token), "{line}");
    }
}

#[tokio::test]
async fn a_token_that_its_user_takes_back_is_told_as_a_revocation() {
    let provider = Provider::new().await;
    let application = provider.application("pw", "s3cret", "password").await;
    let alice = Visitor::new(&provider, "alice").await;
    let form = [("grant_type", "password"), ("username", "alice"), ("password", "pw")];
    let client = [("client_id", "pw"), ("client_secret", "s3cret")];
    text(provider.post("/o/token/", &[&form[..], &client[..]].concat()).await).await;
    let db = &provider.site().db;
    let token = entity::access_token::Entity::find().one(db).await.unwrap().unwrap();
    let (log, _guard) = Log::start();
    let path = format!("/o/authorized_tokens/{}/delete/", token.id);
    alice.page(&path).await;
    assert!(log.of("revoke").is_empty(), "nothing is revoked by looking at it");
    alice.post(&path, &[]).await.assert_status(StatusCode::FOUND);
    let line = log.line("revoke");
    let wanted = format!("outcome=\"revoked\" application={application} user_id={}", token.user_id.unwrap());
    assert!(line.contains(&wanted), "{line}");
}

#[tokio::test]
async fn a_page_that_fails_is_told_as_failed() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    let db = &provider.site().db;
    for table in ["application", "devicegrant"] {
        let sql = format!("ALTER TABLE oauth2_provider_{table} RENAME TO gone_{table}");
        db.0.execute_unprepared(&sql).await.unwrap();
    }
    let (log, _guard) = Log::start();
    for (path, decision) in [
        ("/o/authorize/?client_id=web&response_type=code", "authorize"),
        ("/o/applications/1/update/", "application"),
        ("/o/applications/1/delete/", "application"),
        ("/o/device-confirm/tv/ABCD", "device"),
    ] {
        alice.send(Method::GET, path).await.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
        let line = log.line(decision);
        assert!(line.contains("outcome=\"failed\""), "{line}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told() {
    let provider = Provider::on(json!({
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 10,
        "OAUTH2_PROVIDER": { "DCR_ENABLED": true, "OIDC_ENABLED": true },
    }))
    .await;
    let (log, _guard) = Log::start();
    for (path, decision) in [
        ("/o/token/", "token"),
        ("/o/revoke_token/", "revoke"),
        ("/o/introspect/", "introspect"),
        ("/o/device-authorization/", "device"),
        ("/o/register/", "register"),
        ("/o/userinfo/", "userinfo"),
    ] {
        let answer = provider.post(path, &[("token", "longer than ten bytes")]).await;
        answer.assert_status(StatusCode::BAD_REQUEST);
        let line = log.line(decision);
        assert!(line.contains("why=\"form_unreadable\" details=body=too_large"), "{line}");
    }
}

#[tokio::test]
async fn what_is_gone_or_anothers_is_told() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    provider.application("tv", "s3cret", "urn:ietf:params:oauth:grant-type:device_code").await;
    let client = [("client_id", "tv"), ("client_secret", "s3cret")];
    let codes = text(provider.post("/o/device-authorization/", &client).await).await;
    let codes: serde_json::Value = serde_json::from_str(&codes).unwrap();
    let user_code = codes["user_code"].as_str().unwrap();
    alice.post("/o/device/", &[("user_code", user_code)]).await.assert_status(StatusCode::FOUND);
    let db = &provider.site().db;
    entity::application::Entity::delete_many().exec(db).await.unwrap();
    let (log, _guard) = Log::start();
    let path = format!("/o/device-confirm/tv/{user_code}");
    alice.send(Method::GET, &path).await.assert_status(StatusCode::NOT_FOUND);
    let line = log.line("device");
    assert!(line.contains("client_id=\"tv\"") && line.contains("why=\"application_gone\""), "{line}");
    for page in ["update", "delete"] {
        let path = format!("/o/applications/77/{page}/");
        alice.post(&path, &[]).await.assert_status(StatusCode::NOT_FOUND);
        let line = log.line("application");
        assert!(line.contains("why=\"application_not_own\""), "{line}");
    }
}

#[tokio::test]
async fn an_introspection_is_told_once_whatever_its_method() {
    let provider = Provider::new().await;
    provider.application("cc", "s3cret", "client-credentials").await;
    let (log, _guard) = Log::start();
    let form = [("client_id", "cc"), ("client_secret", "s3cret"), ("token", "none")];
    provider.post("/o/introspect/", &form).await.assert_status_is_ok();
    assert!(log.line("introspect").contains("outcome=\"inactive\" client_id=\"cc\" why=\"token_unknown\""));
    let answer = provider.client.put("/o/introspect/").header("Host", "testserver").send().await;
    answer.assert_status(StatusCode::FORBIDDEN);
    assert!(log.line("introspect").contains("why=\"introspection_not_allowed\""));
}
