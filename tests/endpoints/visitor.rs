//! A browser that is logged in: its cookies, and forms with their token.

use poem::http::Method;
use poem::test::TestResponse;

use crate::support::Provider;

const CSRF: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

pub struct Visitor<'a> {
    provider: &'a Provider,
    pub session: String,
}

/// The session cookie that an answer sets.
pub fn session_of(answer: &TestResponse) -> Option<String> {
    let cookies = answer.0.headers().get_all("set-cookie").iter().filter_map(|c| c.to_str().ok());
    let mut values = cookies.filter_map(|c| c.strip_prefix("sessionid=")?.split(';').next());
    values.next().map(str::to_owned)
}

impl<'a> Visitor<'a> {
    /// Logs in by the login page; the user must exist.
    pub async fn log_in(provider: &'a Provider, username: &str, password: &str) -> Visitor<'a> {
        let form = [("csrfmiddlewaretoken", CSRF), ("username", username), ("password", password)];
        let request = provider.client.post("/accounts/login/").header("Host", "testserver");
        let answer = request.header("Cookie", format!("csrftoken={CSRF}")).form(&form).send().await;
        Visitor { provider, session: session_of(&answer).expect("logged in") }
    }

    /// Makes the user too.
    pub async fn new(provider: &'a Provider, username: &str) -> Visitor<'a> {
        provider.user(username, "pw").await;
        Visitor::log_in(provider, username, "pw").await
    }

    pub async fn send(&self, method: Method, path: &str) -> TestResponse {
        let request = self.provider.client.request(method, path).header("Host", "testserver");
        let cookies = format!("csrftoken={CSRF}; sessionid={}", self.session);
        request.header("Cookie", cookies).header("X-CSRFToken", CSRF).send().await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> TestResponse {
        let mut all = vec![("csrfmiddlewaretoken", CSRF)];
        all.extend_from_slice(form);
        let request = self.provider.client.post(path).header("Host", "testserver");
        let cookies = format!("csrftoken={CSRF}; sessionid={}", self.session);
        request.header("Cookie", cookies).form(&all).send().await
    }

    pub async fn page(&self, path: &str) -> String {
        text(self.send(Method::GET, path).await).await
    }
}

pub async fn text(answer: TestResponse) -> String {
    answer.assert_status_is_ok();
    answer.0.into_body().into_string().await.unwrap()
}
