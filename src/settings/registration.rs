//! How clients come to be without an administrator: dynamic registration (`DCR_…`) and client ID metadata documents
//! (`CIMD_…`). DOT: `oauth2_provider.dcr`, `oauth2_provider.cimd`.

use std::time::Duration;

use super::declared;
use super::reader::{Table, is_dotted};

/// Who may register. DOT's classes by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DcrPermission {
    IsAuthenticated,
    AllowAll,
}

/// Dynamic client registration (RFC 7591, RFC 7592).
#[derive(Clone, Debug)]
pub struct Dcr {
    pub enabled: bool,
    /// All must pass; an empty list lets nobody register.
    pub permissions: Vec<DcrPermission>,
    /// The scope of a registration access token.
    pub scope: String,
    /// Seconds that a registration access token lives; none: until the year 9999.
    pub token_expire_seconds: Option<i64>,
    /// A PUT hands out a new registration access token.
    pub rotate_token: bool,
}

/// Which client_id URLs may become clients. DOT's classes by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CimdPermission {
    AllowAll,
    HostAllowlist,
}

/// Client ID metadata documents.
#[derive(Clone, Debug)]
pub struct Cimd {
    pub enabled: bool,
    /// All must pass; an empty list lets no URL register.
    pub permissions: Vec<CimdPermission>,
    /// For HostAllowlist, in the form of ALLOWED_HOSTS.
    pub allowed_hosts: Vec<String>,
    /// The whole of a fetch: name, connection, body.
    pub fetch_timeout: Duration,
    /// Bytes.
    pub max_document_size: usize,
    /// Seconds; what a document says about its lifetime is kept between these two.
    pub min_age_seconds: i64,
    pub max_age_seconds: i64,
    /// Seconds that a URL rests after a failure.
    pub backoff_seconds: i64,
    /// Fetches at one time in this process; 0: no bound.
    pub max_concurrent_fetches: usize,
}

pub(super) fn dcr(t: &mut Table) -> Dcr {
    const IS_AUTHENTICATED: &str = "oauth2_provider.dcr.IsAuthenticatedDCRPermission";
    let known = [
        (IS_AUTHENTICATED, DcrPermission::IsAuthenticated),
        ("oauth2_provider.dcr.AllowAllDCRPermission", DcrPermission::AllowAll),
    ];
    Dcr {
        enabled: t.bool("DCR_ENABLED", false),
        permissions: classes(t, "DCR_REGISTRATION_PERMISSION_CLASSES", &known, IS_AUTHENTICATED),
        scope: t.string("DCR_REGISTRATION_SCOPE", "oauth2_provider:registration"),
        token_expire_seconds: opt_count(t, "DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS"),
        rotate_token: t.bool("DCR_ROTATE_REGISTRATION_TOKEN_ON_UPDATE", true),
    }
}

pub(super) fn cimd(t: &mut Table) -> Cimd {
    const ALLOW_ALL: &str = "oauth2_provider.cimd.AllowAllCIMDPermission";
    let known = [
        (ALLOW_ALL, CimdPermission::AllowAll),
        ("oauth2_provider.cimd.HostAllowlistCIMDPermission", CimdPermission::HostAllowlist),
    ];
    let fetcher = "oauth2_provider.cimd.SafeMetadataFetcher";
    match t.take("CIMD_METADATA_FETCHER") {
        Some(value) if value != fetcher => {
            declared::tell(t, "CIMD_METADATA_FETCHER", &value, "slash-o fetches as SafeMetadataFetcher does");
        }
        _ => {}
    }
    let size = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
    Cimd {
        enabled: t.bool("CIMD_ENABLED", false),
        permissions: classes(t, "CIMD_REGISTRATION_PERMISSION_CLASSES", &known, ALLOW_ALL),
        allowed_hosts: t.opt_strings("CIMD_ALLOWED_HOSTS").unwrap_or_default(),
        fetch_timeout: fetch_timeout(t),
        max_document_size: size(t.count("CIMD_MAX_DOCUMENT_SIZE", 16_384)),
        min_age_seconds: t.count("CIMD_METADATA_MIN_AGE_SECONDS", 300),
        max_age_seconds: t.count("CIMD_METADATA_MAX_AGE_SECONDS", 86_400),
        backoff_seconds: t.count("CIMD_FAILURE_BACKOFF_SECONDS", 60),
        max_concurrent_fetches: fetches(t),
    }
}

/// DOT's classes; beside one of the project's own nobody may register, because all must pass.
fn classes<T: Copy>(t: &mut Table, key: &str, known: &[(&str, T)], default: &str) -> Vec<T> {
    let (mut out, mut has_own) = (Vec::new(), false);
    for name in t.strings(key, &[default]) {
        match known.iter().find(|(class, _)| *class == name) {
            Some((_, class)) => out.push(*class),
            None if is_dotted(&name) && !name.starts_with("oauth2_provider.") => {
                has_own = true;
                t.hook(key, &name, "name classes of DOT only; until then nobody may register", false);
            }
            None => {
                let names: Vec<&str> = known.iter().map(|(class, _)| *class).collect();
                let (key, names) = (t.name(key), names.join(", "));
                t.problem(format!("{key}: {name:?} is not known; allowed are: {names}"));
            }
        }
    }
    if has_own { Vec::new() } else { out }
}

fn opt_count(t: &mut Table, key: &str) -> Option<i64> {
    let seconds = t.opt_i64(key)?;
    if !(0..=super::reader::MOST).contains(&seconds) {
        t.problem(format!("{}: {seconds} is not allowed; 0 to {} is", t.name(key), super::reader::MOST));
        return None;
    }
    Some(seconds)
}

/// DOT: None and 0 both take the bound away.
fn fetches(t: &mut Table) -> usize {
    let key = "CIMD_MAX_CONCURRENT_FETCHES";
    if t.take_if(key, &serde_json::Value::Bool(false)) {
        return 0;
    }
    usize::try_from(t.count(key, 10)).unwrap_or(10)
}

/// Seconds, also a part of one.
fn fetch_timeout(t: &mut Table) -> Duration {
    let key = "CIMD_FETCH_TIMEOUT_SECONDS";
    let Some(value) = t.take(key) else { return Duration::from_secs(5) };
    match value.as_f64().filter(|seconds| *seconds > 0.0 && *seconds <= 3600.0) {
        Some(seconds) => Duration::from_secs_f64(seconds),
        None => {
            t.problem(format!("{}: seconds are wanted, more than 0 and at most 3600", t.name(key)));
            Duration::from_secs(5)
        }
    }
}

/// What DOT only frowns at.
pub(super) fn warnings(dcr: &Dcr, cimd: &Cimd) -> Vec<String> {
    let mut out = Vec::new();
    if dcr.enabled && dcr.permissions.is_empty() {
        out.push("OAUTH2_PROVIDER.DCR_REGISTRATION_PERMISSION_CLASSES: is empty; nobody can register".into());
    }
    if cimd.enabled && cimd.permissions.is_empty() {
        out.push(
            "OAUTH2_PROVIDER.CIMD_REGISTRATION_PERMISSION_CLASSES: is empty; no URL can register".into(),
        );
    }
    if cimd.enabled
        && cimd.permissions.contains(&CimdPermission::HostAllowlist)
        && cimd.allowed_hosts.is_empty()
    {
        out.push(
            "OAUTH2_PROVIDER.CIMD_ALLOWED_HOSTS: is empty; HostAllowlistCIMDPermission lets nobody in".into(),
        );
    }
    out
}
