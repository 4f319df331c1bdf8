//! A word of `src/vocabulary.rs` stands nowhere else in `src/` and `openapi/src/` as a text.

use super::literals::{code, literals};
use super::{root, rust_files};

/// Words that mean nothing else: they must not even stand inside a longer text.
const ALONE: &[&str] = &[
    "authorization_code",
    "authorization-code",
    "client_credentials",
    "client-credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "openid-hybrid",
    "code id_token",
    "code token",
    "id_token token",
];

/// Words that may stand in a sentence.
const WHOLE: &[&str] = &["implicit", "confidential", "public", "password", "refresh_token"];

/// What is the same word and another thing.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("src/commands/mod.rs", "client-credentials", "an example of a command line"),
    ("src/settings/oidc.rs", "public", "a subject type of OpenID Connect"),
    ("src/settings/redis_tls.rs", "password", "a parameter of Redis"),
    ("src/settings/caches.rs", "password", "an option of Redis"),
    ("src/opening/address.rs", "password", "a parameter of libpq"),
    ("src/settings/database/option_file.rs", "password", "a parameter of libpq"),
    ("src/settings/database/url.rs", "password", "a parameter of libpq"),
    ("src/settings/models.rs", "password", "a column of the user's table"),
    ("src/settings/models.rs", "refresh_token", "a table's key"),
    ("src/settings/declared.rs", "refresh_token", "a member of the token answer"),
    ("src/oauth/grants/mod.rs", "password", "a parameter"),
    ("src/oauth/grants/mod.rs", "refresh_token", "a parameter"),
    ("src/oauth/grants/password.rs", "password", "a parameter"),
    ("src/oauth/grants/refresh_token.rs", "refresh_token", "a parameter"),
    ("src/oauth/revoke.rs", "refresh_token", "a hint"),
    ("openapi/src/document.rs", "refresh_token", "a hint"),
    ("src/pages/login.rs", "password", "a field of the login form"),
    ("src/compare/write/flows.rs", "password", "a field of the login form"),
    ("src/compare/write/flows.rs", "refresh_token", "a parameter"),
    ("src/compare/write/cleaned.rs", "refresh_token", "a member of the token answer"),
    ("src/endpoints/login.rs", "password", "a field of the login form"),
];

#[test]
fn each_word_of_the_vocabulary_stands_once() {
    let (mut wrong, mut used) = (Vec::new(), Vec::new());
    for file in ["src", "openapi/src"].iter().flat_map(|folder| rust_files(&root().join(folder))) {
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let is_test = name.ends_with("tests.rs") || name.contains("/tests");
        if name == "src/vocabulary.rs" || is_test {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        for (line, text) in literals(code(&source)) {
            let inside = ALONE.iter().filter(|word| text.contains(**word));
            for word in inside.chain(WHOLE.iter().filter(|word| text == **word)) {
                match ALLOWED.iter().position(|(at, known, _)| *at == name && known == word) {
                    Some(i) => used.push(i),
                    None => wrong.push(format!("{name}:{line}: {word}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "words of src/vocabulary.rs in other files:\n{}", wrong.join("\n"));
    for (i, (file, word, why)) in ALLOWED.iter().enumerate() {
        assert!(used.contains(&i), "{word} ({why}) is allowed in {file}, where it does not stand");
    }
}

#[test]
fn the_words_that_are_looked_for_are_those_of_the_vocabulary() {
    use slash_o::testing::{ClientType, GrantType, ResponseType};
    let grants = GrantType::ALL.iter().flat_map(|grant| [grant.rfc(), grant.column()]).flatten();
    let clients = ClientType::ALL.iter().map(|kind| kind.column());
    let responses = ResponseType::ALL.iter().map(|kind| kind.as_str());
    // `code`, `token` and `id_token` alone are names of parameters and members too.
    for word in grants.chain(clients).chain(responses.filter(|text| text.contains(' '))) {
        let looked_for = ALONE.iter().any(|known| word.contains(known)) || WHOLE.contains(&word);
        assert!(looked_for, "{word} is not looked for");
    }
}
