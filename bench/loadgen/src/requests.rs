//! Requests as bytes, forms, and what a browser keeps.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http::{Answer, Connection, Res};

/// Where to send, and the rows that the seeding made.
pub struct Place {
    pub host: String,
    pub jar: String,
    pub seed: serde_json::Value,
}

impl Place {
    pub fn text(&self, name: &str) -> &str {
        self.seed[name].as_str().unwrap_or_default()
    }

    pub fn basic(&self, client_id: &str) -> String {
        let pair = format!("{client_id}:{}", self.text("secret"));
        format!("Authorization: Basic {}\r\n", STANDARD.encode(pair))
    }

    pub fn get(&self, path: &str, headers: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\n{headers}\r\n", self.host).into_bytes()
    }

    pub fn post(&self, path: &str, headers: &str, pairs: &[(&str, &str)]) -> Vec<u8> {
        let (host, body) = (&self.host, form(pairs));
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n{headers}{kind}\r\n");
        format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", quoted(name), quoted(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Name and value of every hidden input of a page.
pub fn hidden_inputs(page: &str) -> Vec<(String, String)> {
    let tags = page.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let hidden = tags.filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
    hidden.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    ['"', '\''].into_iter().find_map(|quote| {
        let (_, rest) = tag.split_once(&format!(" {name}={quote}"))?;
        let value = rest.split(quote).next()?;
        let entities = [("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
        Some(entities.into_iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)))
    })
}

#[derive(Clone, Default)]
pub struct Jar(BTreeMap<String, String>);

impl Jar {
    pub fn take(&mut self, answer: &Answer) {
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            if let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('=')) {
                self.0.insert(name.trim().into(), value.trim().into());
            }
        }
    }

    pub fn header(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { String::new() } else { format!("Cookie: {}\r\n", pairs.join("; ")) }
    }
}

pub const LOGIN: &str = "/accounts/login/";

/// The login form, filled.
pub async fn login_request(place: &Place, connection: &mut Connection) -> Res<(Jar, Vec<u8>)> {
    let page = connection.send(&place.get(LOGIN, "")).await?;
    if page.status != 200 {
        return Err(format!("login page: HTTP {}", page.status));
    }
    let mut jar = Jar::default();
    jar.take(&page);
    let hidden = hidden_inputs(&page.text());
    let mut pairs: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    pairs.extend([("username", place.text("username")), ("password", place.text("password"))]);
    let request = place.post(LOGIN, &jar.header(), &pairs);
    Ok((jar, request))
}

/// The session in the file of --jar, or a new one that is put there: no login inside a measured round.
pub async fn logged_in(place: &Place, connection: &mut Connection) -> Res<Jar> {
    if let Ok(kept) = std::fs::read_to_string(&place.jar) {
        let pairs = kept.lines().filter_map(|line| line.split_once('='));
        return Ok(Jar(pairs.map(|(name, value)| (name.into(), value.into())).collect()));
    }
    let (mut jar, request) = login_request(place, connection).await?;
    let answer = connection.send(&request).await?;
    if answer.status != 302 {
        return Err(format!("login: HTTP {}", answer.status));
    }
    jar.take(&answer);
    let kept: String = jar.0.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    std::fs::write(&place.jar, kept).map_err(|e| format!("{}: {e}", place.jar))?;
    Ok(jar)
}
