//! PASSWORD_HASHERS and `[server.hashers]`: which hashes are made and read, at what cost.
//! Django: `django.contrib.auth.hashers.get_hashers`.

use std::sync::Arc;

use django::hashers::{Hashers, Overrides};

use super::Server;
use super::reader::Table;

/// Django's own list (D-71).
const DEFAULT_HASHERS: &[&str] = &[
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
];

pub(super) fn read(top: &mut Table, server: &Server) -> Arc<Hashers> {
    let names = top.strings("PASSWORD_HASHERS", DEFAULT_HASHERS);
    let version = server.django_version;
    let mut overrides = Overrides::default();
    for (algorithm, key, value) in &server.hashers {
        match factor(&mut overrides, algorithm, key) {
            Some(slot) => *slot = Some(*value),
            None => top.problem(format!("server.hashers.{algorithm}.{key}: there is no such work factor")),
        }
    }
    match Hashers::from_settings(&names, version, &overrides) {
        Ok(hashers) => Arc::new(hashers),
        Err(why) => {
            top.problem(format!("PASSWORD_HASHERS: {why}"));
            Arc::new(Hashers::default_for(version))
        }
    }
}

fn factor<'a>(o: &'a mut Overrides, algorithm: &str, key: &str) -> Option<&'a mut Option<u32>> {
    Some(match (algorithm, key) {
        ("pbkdf2_sha256", "iterations") => &mut o.pbkdf2_sha256_iterations,
        ("pbkdf2_sha1", "iterations") => &mut o.pbkdf2_sha1_iterations,
        ("argon2", "time_cost") => &mut o.argon2_time_cost,
        ("argon2", "memory_cost") => &mut o.argon2_memory_cost,
        ("argon2", "parallelism") => &mut o.argon2_parallelism,
        ("bcrypt" | "bcrypt_sha256", "rounds") => &mut o.bcrypt_rounds,
        ("scrypt", "work_factor") => &mut o.scrypt_work_factor,
        ("scrypt", "block_size") => &mut o.scrypt_block_size,
        ("scrypt", "parallelism") => &mut o.scrypt_parallelism,
        _ => return None,
    })
}
