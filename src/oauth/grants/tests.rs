//! A grant that DOT does not have is refused until a setting names it.

use serde_json::{Value, json};

use crate::hashing::Hashing;
use crate::limits::Caller;
use crate::oauth::{Error, Params};
use crate::settings::Settings;
use crate::site::Site;
use crate::storage::{self, Target};
use crate::vocabulary::GrantType;

use super::{TokenRequest, exchange};

fn settings(oauth2: &Value) -> Settings {
    let raw = json!({
        "SECRET_KEY": "only for this test",
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "none" } },
        "OAUTH2_PROVIDER": oauth2,
    });
    crate::settings::from_raw(raw.as_object().unwrap().clone(), "test", |_| None).unwrap()
}

/// A provider whose database nobody asks.
async fn site(settings: Settings) -> Site {
    let target = Target { max_connections: 1, ..Target::of_file(":memory:".as_ref(), "") };
    let hashers = settings.django.hashers.clone();
    let hashing = Hashing::new(hashers, "", settings.server.hashing).unwrap();
    Site {
        settings,
        db: storage::open(&target).await.unwrap(),
        hashing,
        clock: Default::default(),
        documents: None,
        introspection: None,
        polls: Default::default(),
        caches: Default::default(),
        limits: Default::default(),
        metadata: Default::default(),
    }
}

async fn refusal(oauth2: Value) -> &'static str {
    let site = site(settings(&oauth2)).await;
    let params = Params::from(vec![("grant_type".to_owned(), "toy".to_owned())]);
    let request = TokenRequest {
        params: &params,
        authorization: None,
        origin: None,
        has_query: false,
        caller: Caller::default(),
        issuer: String::new(),
    };
    match exchange(&site, &request).await {
        Err(Error::Refused(error)) => error.code,
        _ => panic!("the toy grant gives no tokens"),
    }
}

#[tokio::test]
async fn a_grant_that_dot_does_not_have_is_off_until_a_setting_names_it() {
    let server = json!({ "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.Server" });
    for off in [json!({}), server, json!({ "OIDC_SERVER_CLASS": { "grants": ["toy"] } })] {
        assert_eq!(refusal(off.clone()).await, "unsupported_grant_type", "{off}");
    }
    assert_eq!(refusal(json!({ "OAUTH2_SERVER_CLASS": { "grants": ["toy"] } })).await, "invalid_grant");
}

#[test]
fn only_a_grant_that_is_on_or_of_dot_is_offered() {
    let off = settings(&json!({})).oauth2;
    assert!(!off.grants.has(GrantType::Toy) && off.grants.has(GrantType::DeviceCode));
    assert!(!off.grants.columns().contains(&"toy-grant"));
    assert!(!off.grants.advertised().contains(&"toy"));
    assert!(!off.metadata.grant_types.contains(&"toy".to_owned()));
    assert!(!off.token_grants().contains(&GrantType::Toy));

    let on = settings(&json!({ "OAUTH2_SERVER_CLASS": { "grants": ["toy"] } })).oauth2;
    assert_eq!(on.token_grants(), [GrantType::Toy]);
    // DOT offers its own grants whatever its server class is.
    assert_eq!(on.grants.columns().last(), Some(&"toy-grant"));
    assert_eq!(on.grants.columns().len(), off.grants.columns().len() + 1);
    assert_eq!(on.metadata.grant_types.len(), off.metadata.grant_types.len() + 1);
}

#[test]
fn a_grant_has_its_own_lifetime() {
    let life =
        json!({ "ACCESS_TOKEN_EXPIRE_SECONDS": { "default": 60, "toy": 7, "device_code": 8, "other": 9 } });
    let life = settings(&life).oauth2.lifetimes.access_token;
    assert_eq!(life.seconds("any", GrantType::Toy), 7);
    assert_eq!(life.seconds("any", GrantType::DeviceCode), 8);
    assert_eq!(life.seconds("any", GrantType::Password), 60);
}
