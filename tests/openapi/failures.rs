//! What an operation answers when the server itself fails is described too.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{document, everything_on, operations};
use crate::support::Provider;

/// The answer's status and media type are those of the description.
fn check_described(operation: &Value, status: u16, media: &str, retry_after: bool) {
    let id = &operation["operationId"];
    let answer = &operation["responses"][status.to_string()];
    assert!(answer.is_object(), "{id} answers {status}, which is not described");
    assert!(answer["content"].get(media).is_some(), "{id} {status}: {media} is not described");
    assert_eq!(answer["headers"].get("Retry-After").is_some(), retry_after, "{id} {status}: Retry-After");
}

/// The provider's tables are gone.
async fn break_database(provider: &Provider) {
    for table in ["accesstoken", "refreshtoken", "grant", "idtoken", "devicegrant", "application"] {
        let sql = format!("ALTER TABLE oauth2_provider_{table} RENAME TO gone_{table}");
        provider.site().db.0.execute_unprepared(&sql).await.unwrap();
    }
}

#[tokio::test]
async fn a_failure_of_the_database_is_answered_as_described() {
    let provider = Provider::on(everything_on()).await;
    break_database(&provider).await;
    let mut failed = 0;
    for (method, path, operation) in operations(&document(everything_on())) {
        let method: poem::http::Method = method.to_uppercase().parse().unwrap();
        let filled =
            path.replace("{client_id}", "web").replace("{user_code}", "ABC").replace("{path}", "tenant");
        let form = [
            ("grant_type", "client_credentials"),
            ("token", "t"),
            ("client_id", "web"),
            ("client_secret", "s"),
        ];
        let request = provider
            .client
            .request(method.clone(), format!("/o{filled}?token=t&client_id=web&client_secret=s"));
        let request = request.header("Host", "testserver").header("Authorization", "Bearer some-token");
        let answer = if path.starts_with("/register") { request } else { request.form(&form) };
        let answer = answer.send().await.0;
        let status = answer.status().as_u16();
        if status >= 500 {
            failed += 1;
            let media = answer.content_type().unwrap_or_default().to_owned();
            check_described(&operation, status, &media, answer.header("Retry-After").is_some());
        }
    }
    assert!(failed >= 8, "only {failed} operations asked the database");
}

#[tokio::test]
async fn a_full_hashing_queue_is_answered_as_described() {
    let mut settings = everything_on();
    settings["OAUTH2_PROVIDER"]["DCR_REGISTRATION_PERMISSION_CLASSES"] =
        json!(["oauth2_provider.dcr.AllowAllDCRPermission"]);
    let provider = Provider::with_full_queue(settings.clone()).await;
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    provider.stored_application("tv", "in clear".into(), device).await;
    let mut busy = Vec::new();
    for (method, path, operation) in operations(&document(settings)) {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        if !["token", "revoke_token", "introspect", "introspect_get", "device_authorization", "register"]
            .contains(&id.as_str())
        {
            continue;
        }
        let method: poem::http::Method = method.to_uppercase().parse().unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("token", "t"),
            ("client_id", "tv"),
            ("client_secret", "s"),
        ];
        let body = json!({ "redirect_uris": ["https://client.example/cb"] });
        let path = if method == "GET" {
            format!("/o{path}?token=t&client_id=x&client_secret=s")
        } else {
            format!("/o{path}")
        };
        let request = provider.client.request(method, path).header("Host", "testserver");
        let request = if id == "register" { request.body_json(&body) } else { request.form(&form) };
        let answer = request.send().await.0;
        if answer.status() == 503 {
            check_described(
                &operation,
                503,
                answer.content_type().unwrap(),
                answer.header("Retry-After").is_some(),
            );
            busy.push(id);
        }
    }
    assert_eq!(busy.len(), 6, "busy: {busy:?}");
}
