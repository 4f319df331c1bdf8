//! What writes, on a SQLite file in rollback-journal mode (through the driver) and in WAL mode (around it).

use entity::value::UserId;
use poem::http::StatusCode;
use slash_o::testing::storage::grants::{self, NewGrant};

use crate::support::{Journal, Provider};

const CLIENT: [(&str, &str); 2] = [("client_id", "web"), ("client_secret", "s3cret")];
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0";

/// With a client of the code grant and one code of its user's.
async fn with_code(journal: Journal) -> Provider {
    let provider = Provider::writing(journal).await;
    let application_id = provider.application("web", "s3cret", "authorization-code").await;
    provider.user("somebody", "password").await;
    let now = provider.site().clock.now();
    let code = NewGrant {
        code: "once".into(),
        user_id: UserId::Int(1),
        application_id,
        expires: now + chrono::TimeDelta::seconds(60),
        redirect_uri: "https://client.example/cb".into(),
        scope: "read".into(),
        code_challenge: VERIFIER.into(),
        code_challenge_method: "plain".into(),
        nonce: String::new(),
        claims: "{}".into(),
        resource: Vec::new(),
    };
    grants::insert(&provider.site().db, code, now).await.unwrap();
    provider
}

fn redemption() -> Vec<(&'static str, &'static str)> {
    let mut form = CLIENT.to_vec();
    form.extend([("grant_type", "authorization_code"), ("code", "once"), ("code_verifier", VERIFIER)]);
    form.push(("redirect_uri", "https://client.example/cb"));
    form
}

async fn text(answer: poem::test::TestResponse) -> serde_json::Value {
    serde_json::from_str(&answer.0.into_body().into_string().await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_redeemed_ten_times_at_once_is_redeemed_once() {
    for journal in Journal::ALL {
        let provider = with_code(journal).await;
        let form = redemption();
        let answers =
            futures_util::future::join_all((0..10).map(|_| provider.post("/o/token/", &form))).await;
        let statuses = answers.iter().map(|answer| answer.0.status());
        let won = statuses.filter(|status| *status == StatusCode::OK).count();
        assert_eq!(won, 1, "{journal:?}");
        for answer in answers.into_iter().filter(|answer| answer.0.status() != StatusCode::OK) {
            answer.assert_status(StatusCode::BAD_REQUEST);
            assert_eq!(text(answer).await["error"], "invalid_grant", "{journal:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_rotated_seen_and_revoked() {
    for journal in Journal::ALL {
        let provider = with_code(journal).await;
        let first = text(provider.post("/o/token/", &redemption()).await).await;
        let refresh = first["refresh_token"].as_str().unwrap();
        let mut form = CLIENT.to_vec();
        form.extend([("grant_type", "refresh_token"), ("refresh_token", refresh)]);
        let second = text(provider.post("/o/token/", &form).await).await;
        let (access, refresh) = (second["access_token"].as_str(), second["refresh_token"].as_str());
        let with = |token: &'static str, value| [CLIENT[0], CLIENT[1], (token, value)];
        let seen =
            || async { text(provider.post("/o/introspect/", &with("token", access.unwrap())).await).await };
        assert_eq!(seen().await["active"], true, "{journal:?}");
        provider.post("/o/revoke_token/", &with("token", refresh.unwrap())).await.assert_status_is_ok();
        assert_eq!(seen().await["active"], false, "{journal:?}");
    }
}
