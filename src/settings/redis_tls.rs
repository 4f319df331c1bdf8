//! TLS to a Redis, as redis-py takes it: in the address's query and in OPTIONS.
//! redis-py: `redis.connection.SSLConnection`, `redis.connection.parse_url`.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::error::Unfit;
use super::problems::Problems;
use super::reader::Table;

/// How a server's certificate is looked at, and our own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisTls {
    /// `ssl_cert_reqs`: whether the server's certificate is checked at all.
    pub is_checked: bool,
    /// Differs from redis-py before 6: on unless the settings say otherwise, since a certificate for somebody else proves
    /// nothing.
    pub checks_host: bool,
    pub root_cert: Option<PathBuf>,
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

impl Default for RedisTls {
    fn default() -> RedisTls {
        RedisTls { is_checked: true, checks_host: true, root_cert: None, cert: None, key: None }
    }
}

impl RedisTls {
    /// OPTIONS of Django, or a table of django-redis's.
    pub(super) fn read(&mut self, options: &mut Table) {
        if let Some(value) = options.take("ssl_cert_reqs") {
            match is_checked(&value) {
                Some(is_checked) => self.is_checked = is_checked,
                None => options.problem(format!(
                    "{}: \"none\", \"optional\" or \"required\" is wanted (a Python None is false)",
                    options.name("ssl_cert_reqs")
                )),
            }
        }
        self.checks_host = options.bool("ssl_check_hostname", self.checks_host);
        let mut file = |key: &str, known: &mut Option<PathBuf>| {
            if let Some(path) = options.opt_string(key) {
                *known = Some(path.into());
            }
        };
        file("ssl_ca_certs", &mut self.root_cert);
        file("ssl_certfile", &mut self.cert);
        file("ssl_keyfile", &mut self.key);
        // What changes no check of ours.
        for name in ["ssl", "ssl_ca_path", "ssl_min_version", "ssl_ciphers"] {
            options.take(name);
        }
    }

    /// Takes what is about TLS out of an address's query; the rest stays, as far as it is known.
    ///
    /// # Errors
    /// A parameter that nobody knows.
    pub(super) fn take_from(&mut self, address: &str) -> Result<String, Unfit> {
        let Some((place, query)) = address.split_once('?') else { return Ok(address.to_owned()) };
        let (mut own, mut kept) = (Map::new(), Vec::new());
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                "ssl_check_hostname" => {
                    let is_on =
                        ["true", "1", "yes", "on", "t", "y"].contains(&value.to_ascii_lowercase().as_str());
                    own.insert(key.into_owned(), Value::Bool(is_on));
                }
                tls if tls.starts_with("ssl_") => {
                    own.insert(key.into_owned(), Value::String(value.into_owned()));
                }
                "db" | "username" | "password" | "protocol" | "user" | "pass" => kept.push((key, value)),
                "socket_timeout"
                | "socket_connect_timeout"
                | "socket_keepalive"
                | "retry_on_timeout"
                | "timeout"
                | "max_connections"
                | "health_check_interval" => {}
                other => return Err(format!("the parameter {other:?} of the address is not known").into()),
            }
        }
        let problems = Problems::default();
        let mut table = Table::new("parameter", own, &problems);
        self.read(&mut table);
        table.finish();
        if let Some(problem) = problems.take().into_iter().next() {
            return Err(problem.into());
        }
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
        Ok(if query.is_empty() { place.to_owned() } else { format!("{place}?{query}") })
    }
}

/// `ssl.VerifyMode` by name or number.
fn is_checked(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(false) => Some(false),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1 | 2) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.to_ascii_lowercase().trim_start_matches("cert_") {
            "none" => Some(false),
            "optional" | "required" => Some(true),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(address: &str) -> Result<(String, RedisTls), String> {
        let mut tls = RedisTls::default();
        tls.take_from(address).map(|plain| (plain, tls)).map_err(|e| e.to_string())
    }

    #[test]
    fn an_address_says_what_redis_py_reads_in_it() {
        let (plain, tls) = taken("rediss://:p@h:6380/1?ssl_cert_reqs=none&db=2&socket_timeout=3").unwrap();
        assert_eq!(plain, "rediss://:p@h:6380/1?db=2");
        assert!(!tls.is_checked);
        let (plain, tls) =
            taken("rediss://h?ssl_ca_certs=/ca.pem&ssl_check_hostname=False&ssl_certfile=/c&ssl_keyfile=/k")
                .unwrap();
        assert_eq!(plain, "rediss://h");
        assert_eq!(tls.root_cert.as_deref(), Some("/ca.pem".as_ref()));
        assert!(tls.is_checked && !tls.checks_host && tls.cert.is_some() && tls.key.is_some());
        for word in ["CERT_NONE", "none", "None"] {
            assert!(!taken(&format!("rediss://h?ssl_cert_reqs={word}")).unwrap().1.is_checked);
        }
        for (address, told) in [
            ("rediss://h?nonsense=1", "\"nonsense\" of the address is not known"),
            ("rediss://h?ssl_nonsense=1", "parameter.ssl_nonsense: there is no such setting"),
            ("rediss://h?ssl_cert_reqs=maybe", "\"none\", \"optional\" or \"required\" is wanted"),
        ] {
            let now = taken(address).unwrap_err();
            assert!(now.contains(told), "{now}");
        }
    }
}
