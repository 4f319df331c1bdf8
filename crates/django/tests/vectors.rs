//! The vectors that a real Django 5.2.19 made (`django-vectors.json`): each must hold, and none may be skipped.
#![allow(clippy::unwrap_used)]

use django::csrf::{check_format, check_token, mask};
use django::hashers::{Hashers, Overrides, is_usable, must_update_salt};
use django::signing::{self, Algorithm, CookieName, Keys, Signer, hex};
use django::values::{datetime_text, parse_datetime};
use django::{b62, b64, base36, html, json, messages, reset, session, urls, values};
use serde_json::Value;
use vector::Vector;

mod vector;

#[test]
fn every_vector_of_django_holds() {
    let file: Value = serde_json::from_str(include_str!("django-vectors.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 145);
    assert_eq!(file["count"], 145);
    for vector in vectors {
        let vector = Vector(vector.as_object().unwrap().clone());
        let holds = numbers(&vector)
            .or_else(|| signatures(&vector))
            .or_else(|| sessions(&vector))
            .or_else(|| passwords(&vector))
            .or_else(|| stored(&vector))
            .or_else(|| pages(&vector));
        assert!(holds.is_some(), "unknown kind: {:?}", vector.0);
    }
}

fn numbers(v: &Vector) -> Option<()> {
    match v.text("kind") {
        "b62" => {
            assert_eq!(b62::encode(v.int("number")), v.text("text"));
            assert_eq!(b62::decode(v.text("text")), Some(v.int("number")));
        }
        "base36" => {
            let number = u64::try_from(v.int("number")).unwrap();
            assert_eq!(base36::encode(number), v.text("text"));
            assert_eq!(base36::decode(v.text("text")), Some(number));
        }
        "uidb64" => {
            assert_eq!(b64::encode(v.text("pk").as_bytes()), v.text("text"));
            assert_eq!(b64::decode_text(v.text("text")).as_deref(), Some(v.text("pk")));
        }
        "salted_hmac" => {
            let (salt, value, secret) = (v.text("key_salt"), v.text("value"), v.text("secret"));
            let made = match v.text("algorithm") {
                "sha1" => hex(&signing::salted_hmac_sha1(salt, value.as_bytes(), secret.as_bytes())),
                _ => hex(&signing::salted_hmac(salt, value.as_bytes(), secret.as_bytes())),
            };
            assert_eq!(made, v.text("hex"));
        }
        _ => return None,
    }
    Some(())
}

fn signatures(v: &Vector) -> Option<()> {
    let signed = v.get("signed").as_str().unwrap_or_default();
    match v.text("kind") {
        "signer" => {
            let keys = v.keys();
            let mut signer = Signer::new(&keys, v.text("salt"));
            signer.separator = v.get("sep").as_str().unwrap_or(":");
            if v.get("algorithm") == "sha1" {
                signer.algorithm = Algorithm::Sha1;
            }
            assert_eq!(signer.sign(v.text("value")), signed);
            assert_eq!(signer.unsign(signed).unwrap(), v.text("value"));
        }
        "signer_fallback" => {
            let secrets: Vec<String> = serde_json::from_value(v.get("secrets").clone()).unwrap();
            let keys = Keys::new(&secrets[0], &secrets[1..]);
            assert_eq!(signing::unsign(signed, &keys, v.text("salt")).unwrap(), v.text("value"));
            let old = Keys::new(v.text("signed_with"), &[]);
            assert_eq!(signing::sign(v.text("value"), &old, v.text("salt")), signed);
        }
        "signer_bad" => {
            let result = signing::unsign(signed, &v.keys(), v.text("salt"));
            assert_eq!(result.is_ok(), v.truth("accepted"));
        }
        "timestamp_signer" => {
            let made = signing::sign_at(v.text("value"), &v.keys(), v.text("salt"), v.int("now"));
            assert_eq!(made, signed);
        }
        "timestamp_max_age" => {
            let age = v.get("max_age").as_i64().map(|max_age| (v.int("now"), max_age));
            let result = signing::unsign_at(signed, &v.keys(), v.text("salt"), age);
            assert_eq!(result.is_ok(), v.truth("accepted"));
        }
        "dumps" => {
            let (keys, salt) = (v.keys(), v.text("salt"));
            let made = signing::dumps(v.get("object"), &keys, salt, v.truth("compress"), v.int("now"));
            assert_eq!(made.starts_with('.'), v.truth("compressed"));
            if !v.truth("compressed") {
                assert_eq!(made, signed);
            }
            for text in [signed, &made] {
                assert_eq!(signing::loads(text, &keys, salt, None).unwrap(), *v.get("object"));
            }
        }
        "signed_cookie" | "signed_cookie_legacy_salt" => signed_cookie(v),
        _ => return None,
    }
    Some(())
}

fn signed_cookie(v: &Vector) {
    let (keys, text) = (v.keys(), v.text("cookie"));
    let cookie = CookieName { name: v.text("name"), salt: v.text("salt") };
    let is_legacy = v.text("kind") == "signed_cookie_legacy_salt";
    assert_eq!(signing::sign_cookie(cookie, v.text("value"), &keys, v.int("now")) == text, !is_legacy);
    assert_eq!(signing::unsign_cookie(cookie, text, &keys, None, true).unwrap(), v.text("value"));
    assert_eq!(signing::unsign_cookie(cookie, text, &keys, None, false).is_ok(), !is_legacy);
}

fn sessions(v: &Vector) -> Option<()> {
    match v.text("kind") {
        "auth_hash" | "auth_hash_unusable" => {
            let made = session::auth_hash(v.text("password"), v.text("secret").as_bytes());
            assert_eq!(made, v.text("hex"));
        }
        "session_data" => {
            let (keys, data) = (v.keys(), v.get("decoded").as_object().unwrap());
            let text = v.text("session_data");
            assert_eq!(session::decode(text, &keys, v.text("salt")).as_ref(), Some(data));
            let both = Keys::new("another", &[v.text("secret").to_owned()]);
            assert_eq!(session::decode(text, &both, v.text("salt")).as_ref(), Some(data));
            let now = v.get("now").as_i64().unwrap_or(0);
            let made = session::encode(data, &keys, v.text("salt"), now);
            assert_eq!(made.starts_with('.'), v.truth("compressed"));
            assert!(v.truth("compressed") || made == text);
            assert_eq!(session::decode(&made, &keys, session::DB_SALT).as_ref(), Some(data));
        }
        "session_data_bad" => {
            assert_eq!(session::decode(v.text("session_data"), &v.keys(), session::DB_SALT), None);
        }
        "session_cookie_engine" => {
            let (keys, now) = (v.keys(), v.int("now"));
            assert_eq!(session::COOKIE_SALT, v.text("salt"));
            let data = session::decode_cookie(v.text("cookie"), &keys, now, 10);
            assert_eq!(data.as_ref(), v.get("decoded").as_object());
            assert_eq!(session::decode_cookie(v.text("cookie"), &keys, now + 11, 10), None);
        }
        "csrf" => {
            let (secret, token) = (v.text("secret"), v.text("token"));
            assert_eq!(mask(secret, v.text("mask")), token);
            assert_eq!(check_token(token, secret), Ok(()));
            assert_eq!(django::csrf::check_cookie(token).unwrap().as_str(), secret);
        }
        "csrf_format" => {
            assert_eq!(check_format(v.text("token")).unwrap_err().to_string(), v.text("error"));
        }
        _ => return None,
    }
    Some(())
}

/// All algorithms, as the hashers that made the vectors.
fn hashers(read_legacy: bool) -> Hashers {
    let names = [
        "PBKDF2PasswordHasher",
        "PBKDF2SHA1PasswordHasher",
        "Argon2PasswordHasher",
        "BCryptSHA256PasswordHasher",
        "BCryptPasswordHasher",
        "ScryptPasswordHasher",
        "MD5PasswordHasher",
    ];
    let names = names.map(|name| format!("django.contrib.auth.hashers.{name}"));
    Hashers::from_settings(&names, (5, 2), &Overrides { read_legacy, ..Overrides::default() }).unwrap()
}

fn passwords(v: &Vector) -> Option<()> {
    let encoded = v.get("encoded").as_str().unwrap_or_default();
    match v.text("kind") {
        "password" => {
            let check = hashers(false).check(v.text("clear"), encoded);
            assert!(check.ok, "{encoded}");
            assert_eq!(check.must_update, v.truth("must_update_with_default"), "{encoded}");
            assert!(!hashers(false).check("wrong", encoded).ok, "{encoded}");
        }
        "password_rejected" => {
            assert!(!hashers(true).check(v.text("clear"), encoded).ok);
            assert_eq!(is_usable(encoded), v.truth("usable"));
        }
        "password_legacy" => {
            assert_eq!(hashers(true).identify(encoded), None);
            assert!(!hashers(false).check(v.text("clear"), encoded).ok);
            let check = hashers(true).check(v.text("clear"), encoded);
            assert!(check.ok && check.must_update, "{encoded}");
            assert!(!hashers(true).check("wrong", encoded).ok);
            assert_eq!(django::hashers::Algorithm::of(encoded).unwrap().name(), v.text("algorithm"));
        }
        "must_update_salt" => {
            let entropy = u32::try_from(v.int("expected_entropy")).unwrap();
            assert_eq!(must_update_salt(v.text("salt"), entropy), v.truth("must_update"));
        }
        "password_reset_token" => reset_token(v),
        _ => return None,
    }
    Some(())
}

fn reset_token(v: &Vector) {
    let last_login = v.get("last_login").as_str().map(|text| {
        let micros = parse_datetime(text).unwrap();
        datetime_text(micros - micros % 1_000_000)
    });
    let last_login = last_login.unwrap_or_default();
    let (pk, password, email) = (v.text("pk"), v.text("password"), v.text("email"));
    let subject = reset::Subject { pk, password, last_login: &last_login, email };
    let micros = parse_datetime(v.text("now_local_naive")).unwrap() - parse_datetime("2001-01-01").unwrap();
    let seconds = u64::try_from(micros / 1_000_000).unwrap();
    assert_eq!(format!("{pk}{password}{last_login}{seconds}{email}"), v.text("hash_value"));
    assert_eq!(reset::make_token(&subject, seconds, v.text("secret").as_bytes()), v.text("token"));
    assert!(reset::check_token(&subject, v.text("token"), &v.keys(), seconds + 259_200, 259_200));
    assert!(!reset::check_token(&subject, v.text("token"), &v.keys(), seconds + 259_201, 259_200));
}

fn stored(v: &Vector) -> Option<()> {
    match v.text("kind") {
        "messages_cookie" => messages_cookie(v),
        "token_checksum" => assert_eq!(values::token_checksum(v.text("token")), v.text("sha256")),
        "uuid" => {
            for form in
                ["text", "sqlite", "mysql_char32", "mariadb_uuid", "postgres"].map(|form| v.text(form))
            {
                let uuid = if form.len() == 32 {
                    values::uuid_hex(v.text("text"))
                } else {
                    values::uuid_dashed(v.text("sqlite"))
                };
                assert_eq!(uuid.as_deref(), Some(form));
            }
        }
        "datetime" => {
            let micros = parse_datetime(v.text("value")).unwrap();
            assert_eq!(datetime_text(micros), v.text("sqlite"));
            assert_eq!(datetime_text(micros), v.text("mysql"));
            for form in ["sqlite", "mysql", "postgres"] {
                assert_eq!(parse_datetime(v.text(form)), Some(micros));
            }
        }
        "json_column" => assert_eq!(json::to_ascii(v.get("value")), v.text("sqlite_mysql")),
        "http_date" => assert_eq!(values::http_date(v.int("epoch")), v.text("text")),
        _ => return None,
    }
    Some(())
}

fn messages_cookie(v: &Vector) {
    let keys = v.keys();
    let stored = messages::decode(v.text("cookie"), &keys).unwrap();
    let items: Value = serde_json::from_str(v.text("json")).unwrap();
    let count = items.as_array().unwrap().len() - usize::from(stored.more_in_session);
    assert_eq!(stored.messages.len(), count);
    let made = messages::encode(&stored.messages, stored.more_in_session, &keys, 1_767_225_600);
    assert_eq!(made.starts_with('.'), v.truth("compressed"));
    assert!(v.truth("compressed") || made == v.text("cookie"));
    assert_eq!(messages::decode(&made, &keys).as_ref(), Some(&stored));
    // The same JSON, whatever the zlib.
    let signer_keys = keys.prefixed(v.text("key_prefix"));
    let value = signing::loads(&made, &signer_keys, v.text("salt"), None);
    assert_eq!(json::to_compact_ascii(&value.unwrap()), v.text("json"));
}

fn pages(v: &Vector) -> Option<()> {
    match v.text("kind") {
        "next_is_safe" => {
            let host = v.get("allowed_hosts")[0].as_str().unwrap();
            let (url, https) = (v.text("url"), v.truth("require_https"));
            let safe = urls::url_has_allowed_host_and_scheme(url, host, https);
            assert_eq!(safe, v.truth("safe"), "{url}");
        }
        "login_redirect" => {
            let location = urls::login_redirect("/accounts/login/", v.text("next"), "next");
            assert_eq!(location, v.text("location"));
        }
        "admin_quote" => {
            assert_eq!(urls::admin_quote(v.text("pk")), v.text("text"));
            assert_eq!(urls::admin_unquote(v.text("text")), v.text("pk"));
        }
        "escape" => assert_eq!(html::escape(v.text("value")), v.text("text")),
        _ => return None,
    }
    Some(())
}
