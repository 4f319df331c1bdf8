//! /accounts/password_change/

use poem::http::{Method, StatusCode};

use crate::support::Provider;

use super::visitor::{Visitor, session_of, text};

const CHANGE: &str = "/accounts/password_change/";
const DONE: &str = "/accounts/password_change/done/";

#[tokio::test]
async fn a_new_password_keeps_this_session_and_ends_the_others() {
    let provider = Provider::new().await;
    let mut here = Visitor::new(&provider, "alice").await;
    let elsewhere = Visitor::log_in(&provider, "alice", "pw").await;
    let form = [("old_password", "pw"), ("new_password1", " new "), ("new_password2", " new ")];
    let answer = here.post(CHANGE, &form).await;
    answer.assert_status(StatusCode::FOUND);
    answer.assert_header("location", DONE);
    let key = session_of(&answer).unwrap();
    assert_ne!(key, here.session, "the key is a new one");
    here.session = key;
    assert!(here.page(DONE).await.contains("Password change successful"));
    elsewhere.send(Method::GET, DONE).await.assert_status(StatusCode::FOUND);
    Visitor::log_in(&provider, "alice", " new ").await;
}

#[tokio::test]
async fn what_is_wrong_is_said_in_djangos_words_and_changes_nothing() {
    let provider = Provider::new().await;
    let alice = Visitor::new(&provider, "alice").await;
    let html = text(alice.post(CHANGE, &[]).await).await;
    assert_eq!(html.matches("<li>This field is required.</li>").count(), 3);
    let wrong = [("old_password", "no"), ("new_password1", "a"), ("new_password2", "b")];
    let html = text(alice.post(CHANGE, &wrong).await).await;
    assert!(html.contains(
        "<ul class=\"errorlist\" id=\"id_old_password_error\"><li>Your old password was entered incorrectly. \
         Please enter it again.</li></ul>"
    ));
    assert!(html.contains("id_new_password2_error\"><li>The two password fields didn’t match.</li>"));
    Visitor::log_in(&provider, "alice", "pw").await;
}

#[tokio::test]
async fn without_a_login_it_leads_to_the_login_page() {
    let provider = Provider::new().await;
    for path in [CHANGE, DONE] {
        let answer = provider.client.get(path).header("Host", "testserver").send().await;
        assert!(answer.0.headers()["location"].to_str().unwrap().starts_with("/accounts/login/?next=/"));
    }
}
