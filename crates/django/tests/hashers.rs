//! Hashers beyond the vectors: settings, making, timing work, malformed forms.
#![allow(clippy::unwrap_used)]

use django::hashers::{Algorithm, Check, Hashers, Overrides, unusable};

const SALT: &str = "abcdefghijklmnopqrstuv";

fn dotted(classes: &[&str]) -> Vec<String> {
    classes.iter().map(|class| format!("django.contrib.auth.hashers.{class}")).collect()
}

/// Every algorithm, the given one first, with little work.
fn cheap(first: &str) -> Hashers {
    let all = [
        first,
        "PBKDF2PasswordHasher",
        "PBKDF2SHA1PasswordHasher",
        "Argon2PasswordHasher",
        "BCryptSHA256PasswordHasher",
        "BCryptPasswordHasher",
        "ScryptPasswordHasher",
        "MD5PasswordHasher",
        "SHA1PasswordHasher",
        "UnsaltedSHA1PasswordHasher",
        "UnsaltedMD5PasswordHasher",
    ];
    let overrides = Overrides {
        pbkdf2_sha256_iterations: Some(10),
        pbkdf2_sha1_iterations: Some(11),
        argon2_time_cost: Some(1),
        argon2_memory_cost: Some(64),
        argon2_parallelism: Some(1),
        bcrypt_rounds: Some(5),
        scrypt_work_factor: Some(16),
        scrypt_parallelism: Some(1),
        ..Overrides::default()
    };
    Hashers::from_settings(&dotted(&all), (5, 2), &overrides).unwrap()
}

#[test]
fn each_algorithm_reads_what_it_makes() {
    for first in [
        "PBKDF2PasswordHasher",
        "PBKDF2SHA1PasswordHasher",
        "Argon2PasswordHasher",
        "BCryptSHA256PasswordHasher",
        "BCryptPasswordHasher",
        "ScryptPasswordHasher",
        "MD5PasswordHasher",
        "SHA1PasswordHasher",
        "UnsaltedSHA1PasswordHasher",
        "UnsaltedMD5PasswordHasher",
    ] {
        let hashers = cheap(first);
        let encoded = hashers.make("pässword", SALT);
        assert_eq!(hashers.identify(&encoded), Some(hashers.preferred()), "{encoded}");
        assert_eq!(
            hashers.check("pässword", &encoded),
            Check { ok: true, must_update: false, readable: true },
            "{encoded}"
        );
        assert_eq!(
            hashers.check("password", &encoded),
            Check { readable: true, ..Check::default() },
            "{encoded}"
        );
        let named = hashers.make_with(hashers.preferred().name(), "pässword", SALT);
        assert_eq!(named, Ok(encoded.clone()));
        let default = cheap("PBKDF2PasswordHasher").make_with("default", "p", SALT).unwrap();
        assert!(default.starts_with("pbkdf2_sha256$10$abc"));
        assert!(encoded.len() <= 128);
    }
}

#[test]
fn other_factors_and_short_salts_must_be_updated() {
    let weak = cheap("PBKDF2PasswordHasher");
    for first in ["BCryptPasswordHasher", "ScryptPasswordHasher", "Argon2PasswordHasher"] {
        let overrides =
            Overrides { bcrypt_rounds: Some(6), scrypt_work_factor: Some(32), ..Overrides::default() };
        let strong = Hashers::from_settings(&dotted(&[first]), (5, 2), &overrides).unwrap();
        let encoded = weak.make_with(strong.preferred().name(), "p", SALT).unwrap();
        assert_eq!(strong.check("p", &encoded), Check { ok: true, must_update: true, readable: true });
        assert_eq!(strong.check("q", &encoded), Check { readable: true, ..Check::default() });
    }
    let md5 = cheap("MD5PasswordHasher");
    assert!(md5.check("p", &md5.make("p", "short")).must_update);
    let old = Hashers::default_for((3, 1));
    assert_eq!(old.salt_length(), 12);
    assert_eq!(
        old.check("p", &old.make("p", "abcdefghijkl")),
        Check { ok: true, must_update: false, readable: true }
    );
}

#[test]
fn unknown_classes_and_wild_factors_are_named() {
    let from = |names: &[String], overrides: &Overrides| {
        Hashers::from_settings(names, (5, 2), overrides).unwrap_err().to_string()
    };
    let none = Overrides::default();
    assert!(from(&["my.hashers.Slow".into()], &none).contains("my.hashers.Slow"));
    assert!(from(&dotted(&["CryptPasswordHasher"]), &none).contains("CryptPasswordHasher"));
    assert!(from(&[], &none).contains("PASSWORD_HASHERS"));
    for overrides in [
        Overrides { pbkdf2_sha256_iterations: Some(0), ..none.clone() },
        Overrides { bcrypt_rounds: Some(32), ..none.clone() },
        Overrides { argon2_memory_cost: Some(8), ..none.clone() },
        Overrides { scrypt_work_factor: Some(1000), ..none.clone() },
    ] {
        assert!(from(&dotted(&["MD5PasswordHasher"]), &overrides).contains("out of range"));
    }
    let default = Hashers::default_for((5, 2));
    assert!(default.make_with("md5", "p", SALT).unwrap_err().to_string().contains("md5"));
    assert_eq!(Hashers::default_for((3, 2)).named("scrypt").ok(), None);
    assert_eq!(default.named("scrypt"), Ok(Algorithm::Scrypt));
}

#[test]
fn a_salt_that_cannot_be_stored_makes_an_unusable_password() {
    for first in ["PBKDF2PasswordHasher", "Argon2PasswordHasher", "BCryptPasswordHasher", "MD5PasswordHasher"]
    {
        let hashers = cheap(first);
        for salt in ["", "a$b"] {
            let encoded = hashers.make("p", salt);
            assert!(!hashers.is_usable(&encoded));
            assert_eq!(hashers.check("p", &encoded), Check::default());
        }
    }
    assert!(!django::hashers::is_usable(&unusable("x")));
}

#[test]
fn any_text_makes_a_bcrypt_salt() {
    let hashers = cheap("BCryptPasswordHasher");
    let (one, two) = (hashers.make("p", "é"), hashers.make("p", "ü"));
    assert_ne!(one, two);
    assert!(hashers.check("p", &one).ok && hashers.check("p", &two).ok);
    let long = "x".repeat(100);
    assert!(hashers.check(&long[..72], &hashers.make(&long, SALT)).ok);
}

#[test]
fn malformed_forms_are_wrong_and_do_no_harm() {
    let hashers = cheap("PBKDF2PasswordHasher");
    for encoded in [
        "pbkdf2_sha256",
        "pbkdf2_sha256$",
        "pbkdf2_sha256$1$a",
        "pbkdf2_sha256$0$a$b",
        "pbkdf2_sha256$01$a$b",
        "pbkdf2_sha256$-1$a$b",
        "pbkdf2_sha256$4294967295$a$b",
        "pbkdf2_sha256$99999999999999$a$b",
        "pbkdf2_sha256$1$$b",
        "pbkdf2_sha1$x$a$b",
        "argon2",
        "argon2$",
        "argon2$argon2id$v=19$m=4294967295,t=4294967295,p=1$YWFhYWFhYWE$YWFhYWFhYWE",
        "argon2$argon2id$v=19$m=8,t=1,p=16777215$YWFhYWFhYWE$YWFhYWFhYWE",
        "argon2$argon2id$v=19$m=64,t=1,p=1$YQ$YWFhYWFhYWE",
        "argon2$argon2id$v=18$m=64,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWE",
        "argon2$argon2id$m=64,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWE",
        "argon2$argon2id$v=19$m=64,t=1,p=1$!$!",
        "argon2$argon2id$v=19$m=64,t=1,p=1$YWFhYWFhYWE$",
        "bcrypt$",
        "bcrypt$$2b$31$abcdefghijklmnopqrstuuhlHwI.bbwZ0O8BvGymqEjBbDrKxtoly",
        "bcrypt$$2b$99$abcdefghijklmnopqrstuu",
        "bcrypt$$2b$05$abcdefghijklmnopqrstu",
        "bcrypt$$2b$05$ééééééééééééééééééééééé",
        "bcrypt$$2x$05$abcdefghijklmnopqrstuu",
        "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuu",
        "scrypt$",
        "scrypt$2147483648$a$8$1$b",
        "scrypt$1024$a$4294967295$4294967295$b",
        "scrypt$1000$a$8$1$b",
        "scrypt$0$a$0$0$b",
        "scrypt$16$a$8$1$b$c",
        "md5",
        "md5$",
        "md5$$",
        "md5$a$",
        "sha1$$",
        "$",
        "é",
        "✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓✓",
    ] {
        let check = hashers.check("p", encoded);
        assert!(!check.ok && !check.must_update, "{encoded}");
    }
}
