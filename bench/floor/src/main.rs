//! The limit to measure against, not a server to copy: it checks just enough to be honest about the work, answers
//! bodies of the same size, and runs the least SQL of token, introspect, userinfo and the discovery documents.
//! floor --bind ADDRESS --db sqlite:PATH|postgres://… --seed FILE

mod database;

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::join;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, header};
use sha2::{Digest, Sha256};

use database::{Application, Database};

type Answer = Response<Full<Bytes>>;

/// As long as the documents that are compared with.
const DISCOVERY_BYTES: usize = 820;
const JWKS_BYTES: usize = 470;

struct State {
    database: Database,
    /// The seeded secret: what a first check of a hash would have verified.
    secret: String,
    verified: Mutex<HashMap<String, [u8; 32]>>,
    discovery: Bytes,
    jwks: Bytes,
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve())
}

fn option(name: &str) -> Result<String, String> {
    std::env::args().skip_while(|word| word != name).nth(1).ok_or(format!("{name} is missing"))
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let seed = std::fs::read_to_string(option("--seed")?)?;
    let secret = seed.split("\"secret\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let padded = |start: &str, length: usize, end: &str| {
        Bytes::from(format!("{start}{}{end}", "x".repeat(length - start.len() - end.len())))
    };
    let state = Arc::new(State {
        database: Database::open(&option("--db")?).await?,
        secret: secret.to_owned(),
        verified: Mutex::default(),
        discovery: padded("{\"issuer\": \"", DISCOVERY_BYTES, "\"}"),
        jwks: padded("{\"keys\": [{\"n\": \"", JWKS_BYTES, "\"}]}"),
    });
    let listener = tokio::net::TcpListener::bind(option("--bind")?).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let state = state.clone();
        tokio::spawn(async move {
            let service = hyper::service::service_fn(move |request| respond(state.clone(), request));
            let io = hyper_util::rt::TokioIo::new(stream);
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
        });
    }
}

async fn respond(state: Arc<State>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let is_post = request.method() == Method::POST;
    let answered = match (is_post, request.uri().path()) {
        (true, "/o/token/") => token(&state, request).await,
        (true, "/o/introspect/") => introspect(&state, request).await,
        (false, "/o/userinfo/") => userinfo(&state, &request).await,
        (false, "/o/.well-known/openid-configuration") => Ok(json(200, state.discovery.clone())),
        (false, "/o/.well-known/jwks.json") => Ok(json(200, state.jwks.clone())),
        _ => Ok(json(404, "{}")),
    };
    Ok(answered.unwrap_or_else(|error| json(500, error.to_string())))
}

fn json(status: u16, body: impl Into<Bytes>) -> Answer {
    let builder = Response::builder().status(status).header("content-type", "application/json");
    let headers = [("cache-control", "no-store"), ("pragma", "no-cache"), ("x-frame-options", "DENY")];
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    builder.body(Full::new(body.into())).unwrap_or_default()
}

fn basic(request: &Request<Incoming>) -> Option<(String, String)> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (client_id, secret) = text.split_once(':')?;
    Some((client_id.into(), secret.into()))
}

async fn field(request: Request<Incoming>, name: &str) -> Result<Option<String>, Box<dyn Error>> {
    let body = request.into_body().collect().await?.to_bytes();
    Ok(form_urlencoded::parse(&body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned()))
}

/// From memory after the first time, as a cache of verified secrets has it.
fn is_right(state: &State, application: &Application, secret: &str) -> bool {
    if !application.is_hashed {
        return application.secret == secret;
    }
    let tag: [u8; 32] = Sha256::digest(secret).into();
    let mut verified = state.verified.lock().unwrap_or_else(PoisonError::into_inner);
    let first = || Sha256::digest(&state.secret).into();
    *verified.entry(application.secret.clone()).or_insert_with(first) == tag
}

fn checksum(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn token(state: &State, request: Request<Incoming>) -> Result<Answer, Box<dyn Error>> {
    let Some((client_id, secret)) = basic(&request) else { return Ok(json(401, "{}")) };
    let is_known_grant = field(request, "grant_type").await?.as_deref() == Some("client_credentials");
    let application = state.database.application(&client_id).await?;
    let Some(application) = application.filter(|found| is_right(state, found, &secret)) else {
        return Ok(json(401, "{}"));
    };
    if !is_known_grant {
        return Ok(json(400, "{}"));
    }
    let mut random = [0u8; 15];
    getrandom::fill(&mut random).map_err(|e| e.to_string())?;
    let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    state.database.insert(&token, &checksum(&token), application.id).await?;
    let rest = "\"expires_in\": 36000, \"token_type\": \"Bearer\", \"scope\": \"read\"";
    Ok(json(200, format!("{{\"access_token\": \"{token}\", {rest}}}")))
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

async fn introspect(state: &State, request: Request<Incoming>) -> Result<Answer, Box<dyn Error>> {
    let Some((client_id, secret)) = basic(&request) else { return Ok(json(401, "{}")) };
    let sum = checksum(&field(request, "token").await?.unwrap_or_default());
    let (application, token) = join(state.database.application(&client_id), state.database.token(&sum)).await;
    if !application?.is_some_and(|found| is_right(state, &found, &secret)) {
        return Ok(json(401, "{}"));
    }
    let Some(token) = token?.filter(|token| token.expires > now()) else { return Ok(json(200, "{\"active\": false}")) };
    let about = format!("\"client_id\": \"{}\", \"username\": \"{}\"", token.client_id, token.username);
    let (scope, expires) = (token.scope, token.expires);
    Ok(json(200, format!("{{\"active\": true, \"scope\": \"{scope}\", \"exp\": {expires}, {about}}}")))
}

async fn userinfo(state: &State, request: &Request<Incoming>) -> Result<Answer, Box<dyn Error>> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = header.and_then(|value| value.strip_prefix("Bearer ")) else { return Ok(json(401, "{}")) };
    let found = state.database.token(&checksum(token)).await?.filter(|token| token.expires > now());
    match found.and_then(|token| token.user_id) {
        Some(user_id) => Ok(json(200, format!("{{\"sub\": \"{user_id}\"}}"))),
        None => Ok(json(401, "{}")),
    }
}
