//! What each scenario sends and what its answer must be.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::http::{Answer, Connection, Res};
use crate::requests::{Jar, Place, form, hidden_inputs, logged_in, login_request};

const VERIFIER: &str = "a-verifier-of-the-load-generator-that-is-long-enough-for-rfc-7636";
const TOKEN: &str = "/o/token/";

pub enum Scenario {
    /// One request after the other, in turn.
    Fixed(Fixed),
    /// A whole authorization code flow, logged in.
    Flow(Jar),
}

pub struct Fixed {
    requests: Vec<Vec<u8>>,
    status: u16,
    /// Must be in the body once its blanks are gone.
    marker: &'static str,
    cookie: Option<&'static str>,
}

impl Scenario {
    pub async fn prepare(name: &str, place: &Place) -> Res<Scenario> {
        let mut connection = Connection::new(&place.host);
        let fixed = |requests, marker| Scenario::Fixed(Fixed { requests, status: 200, marker, cookie: None });
        let credentials = [("grant_type", "client_credentials"), ("scope", "read")];
        let token = |client: &str| vec![place.post(TOKEN, &place.basic(place.text(client)), &credentials)];
        Ok(match name {
            "token_hashed" => fixed(token("hashed"), "\"access_token\":\""),
            "token" => fixed(token("plain"), "\"access_token\":\""),
            "introspect" => fixed(introspections(place, "plain"), "\"active\":true"),
            "introspect_hashed" => fixed(introspections(place, "hashed"), "\"active\":true"),
            "userinfo" => fixed(with_bearer(place), "\"sub\":\""),
            "discovery" => fixed(vec![place.get("/o/.well-known/openid-configuration", "")], "\"issuer\":\""),
            "jwks" => fixed(vec![place.get("/o/.well-known/jwks.json", "")], "\"keys\":[{"),
            "consent" => {
                let jar = logged_in(place, &mut connection).await?;
                fixed(vec![place.get(&authorize(place, "st"), &jar.header())], "name=\"allow\"")
            }
            "login" => {
                let (_, request) = login_request(place, &mut connection).await?;
                Scenario::Fixed(Fixed { requests: vec![request], status: 302, marker: "", cookie: Some("sessionid=") })
            }
            "flow" => Scenario::Flow(logged_in(place, &mut connection).await?),
            other => return Err(format!("no scenario is called {other}")),
        })
    }

    /// One unit of the scenario; the error says which answer was wrong.
    pub async fn run(&self, place: &Place, connection: &mut Connection, number: usize) -> Res<()> {
        match self {
            Scenario::Fixed(fixed) => {
                let request = &fixed.requests[number % fixed.requests.len()];
                fixed.check(&connection.send(request).await?)
            }
            Scenario::Flow(jar) => flow(place, connection, jar, number).await,
        }
    }
}

impl Fixed {
    fn check(&self, answer: &Answer) -> Res<()> {
        let start = || answer.text().chars().take(120).collect::<String>();
        if answer.status != self.status {
            return Err(format!("HTTP {}: {}", answer.status, start()));
        }
        let body: String = answer.text().chars().filter(|c| !c.is_whitespace()).collect();
        if !body.contains(self.marker) {
            return Err(format!("{} is missing in {}", self.marker, start()));
        }
        let has = |cookie| answer.headers.iter().any(|(name, value)| name == "set-cookie" && value.starts_with(cookie));
        match self.cookie {
            Some(cookie) if !has(cookie) => Err(format!("no cookie {cookie}")),
            _ => Ok(()),
        }
    }
}

fn tokens(place: &Place) -> Vec<&str> {
    place.seed["tokens"].as_array().map(|all| all.iter().filter_map(|one| one.as_str()).collect()).unwrap_or_default()
}

fn introspections(place: &Place, client: &str) -> Vec<Vec<u8>> {
    let basic = place.basic(place.text(client));
    tokens(place).iter().map(|token| place.post("/o/introspect/", &basic, &[("token", *token)])).collect()
}

fn with_bearer(place: &Place) -> Vec<Vec<u8>> {
    let bearer = |token: &&str| place.get("/o/userinfo/", &format!("Authorization: Bearer {token}\r\n"));
    tokens(place).iter().map(bearer).collect()
}

fn authorize(place: &Place, state: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let query = form(&[
        ("client_id", place.text("public")),
        ("response_type", "code"),
        ("scope", "openid read"),
        ("redirect_uri", place.text("redirect_uri")),
        ("state", state),
        ("nonce", state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    format!("/o/authorize/?{query}")
}

async fn flow(place: &Place, connection: &mut Connection, jar: &Jar, number: usize) -> Res<()> {
    let state = format!("st{number}");
    let path = authorize(place, &state);
    let page = expect("consent page", 200, connection.send(&place.get(&path, &jar.header())).await?)?;
    let mut jar = jar.clone();
    jar.take(&page);
    let hidden = hidden_inputs(&page.text());
    let mut pairs: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    pairs.push(("allow", "Authorize"));
    let granted = expect("approval", 302, connection.send(&place.post(&path, &jar.header(), &pairs)).await?)?;
    let location = granted.header("location").unwrap_or_default();
    let parameter = |name: &str| location.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).map(str::to_owned);
    if parameter("state=").as_deref() != Some(&state) {
        return Err("approval: another state".into());
    }
    let code = parameter("code=").ok_or("approval: no code")?;
    let client = ("client_id", place.text("public"));
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", place.text("redirect_uri")),
        client,
        ("code_verifier", VERIFIER),
    ];
    let refresh_token = tokens_of("code", connection.send(&place.post(TOKEN, "", &redeem)).await?)?;
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str()), client];
    let refresh_token = tokens_of("refresh", connection.send(&place.post(TOKEN, "", &refresh)).await?)?;
    let revoke = [("token", refresh_token.as_str()), ("token_type_hint", "refresh_token"), client];
    expect("revoke", 200, connection.send(&place.post("/o/revoke_token/", "", &revoke)).await?)?;
    Ok(())
}

fn expect(step: &str, status: u16, answer: Answer) -> Res<Answer> {
    if answer.status == status { Ok(answer) } else { Err(format!("{step}: HTTP {}", answer.status)) }
}

/// The refresh token of an answer that has all three.
fn tokens_of(step: &str, answer: Answer) -> Res<String> {
    let answer = expect(step, 200, answer)?;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).map_err(|e| format!("{step}: {e}"))?;
    let member = |name: &str| body[name].as_str().map(str::to_owned).ok_or(format!("{step}: no {name}"));
    member("access_token")?;
    member("id_token")?;
    member("refresh_token")
}
