//! `oauth2_provider` (django-oauth-toolkit 3.4.1).

use super::{Column, Extra, Key, Kind, Table, col, fk};

pub const TABLES: &[Table] = &[APPLICATION, ID_TOKEN, ACCESS_TOKEN, GRANT, REFRESH_TOKEN, DEVICE_GRANT];

pub const APPLICATION: Table = Table {
    name: "oauth2_provider_application",
    columns: &[
        BIG_ID,
        col("client_id", Kind::Char(255)).key(Key::Unique, "03f0cc84"),
        col("redirect_uris", Kind::Text),
        col("client_type", Kind::Char(32)),
        col("authorization_grant_type", Kind::Char(44)),
        col("client_secret", Kind::Char(255)).key(Key::Index, "53133678"),
        col("name", Kind::Char(255)),
        to_user("79829054").null(),
        col("skip_authorization", Kind::Bool),
        CREATED,
        UPDATED,
        col("algorithm", Kind::Char(5)),
        col("post_logout_redirect_uris", Kind::Text),
        col("hash_client_secret", Kind::Bool),
        col("allowed_origins", Kind::Text),
        col("registration_source", Kind::Char(32)),
        col("cimd_expires_at", Kind::DateTime).null(),
    ],
    extras: &[],
    last_on_sqlite: &["client_id"],
};

pub const ID_TOKEN: Table = Table {
    name: "oauth2_provider_idtoken",
    columns: &[
        BIG_ID,
        col("jti", Kind::Uuid).key(Key::Unique, ""),
        col("expires", Kind::DateTime),
        col("scope", Kind::Text),
        CREATED,
        UPDATED,
        to_application("08c5ff4f").null(),
        to_user("dd512b59").null(),
    ],
    extras: &[],
    last_on_sqlite: &[],
};

pub const ACCESS_TOKEN: Table = Table {
    name: "oauth2_provider_accesstoken",
    columns: &[
        BIG_ID,
        col("token", Kind::Text),
        col("expires", Kind::DateTime),
        col("scope", Kind::Text),
        to_application("b22886e1").null(),
        to_user("6e4c9a65").null(),
        CREATED,
        UPDATED,
        fk("source_refresh_token_id", "oauth2_provider_refreshtoken", Kind::BigInteger, "e66fbc72")
            .one_to_one()
            .null(),
        fk("id_token_id", "oauth2_provider_idtoken", Kind::BigInteger, "85db651b").one_to_one().null(),
        col("token_checksum", Kind::Char(64)).key(Key::UniqueLater, "85319a26"),
        RESOURCE,
    ],
    extras: &[],
    last_on_sqlite: &[],
};

pub const GRANT: Table = Table {
    name: "oauth2_provider_grant",
    columns: &[
        BIG_ID,
        col("code", Kind::Char(255)).key(Key::Unique, "49ab4ddf"),
        col("expires", Kind::DateTime),
        col("redirect_uri", Kind::Text),
        col("scope", Kind::Text),
        to_application("81923564"),
        to_user("e8f62af8"),
        CREATED,
        UPDATED,
        col("code_challenge", Kind::Char(128)),
        col("code_challenge_method", Kind::Char(10)),
        col("nonce", Kind::Char(255)),
        col("claims", Kind::Text),
        RESOURCE,
    ],
    extras: &[],
    last_on_sqlite: &[],
};

pub const REFRESH_TOKEN: Table = Table {
    name: "oauth2_provider_refreshtoken",
    columns: &[
        BIG_ID,
        col("token", Kind::Text),
        fk("access_token_id", "oauth2_provider_accesstoken", Kind::BigInteger, "775e84e8")
            .one_to_one()
            .null(),
        to_application("2d1c311b"),
        to_user("da837fce"),
        CREATED,
        UPDATED,
        col("revoked", Kind::DateTime).null(),
        col("token_family", Kind::Uuid).null(),
        col("token_checksum", Kind::Char(64)),
        RESOURCE,
    ],
    extras: &[
        Extra::Together(&["token_checksum", "revoked"], "46c81d1d"),
        Extra::Index("oauth2_prov_token_f_996e8a_idx", "token_family"),
    ],
    last_on_sqlite: &[],
};

pub const DEVICE_GRANT: Table = Table {
    name: "oauth2_provider_devicegrant",
    columns: &[
        BIG_ID,
        col("device_code", Kind::Char(100)),
        col("user_code", Kind::Char(100)),
        col("scope", Kind::Text),
        col("interval", Kind::Integer),
        col("expires", Kind::DateTime),
        col("status", Kind::Char(64)),
        col("client_id", Kind::Char(100)).key(Key::Index, "229dd06d"),
        col("last_checked", Kind::DateTime),
        to_user("1cec5156").null(),
    ],
    extras: &[Extra::Unique("oauth2_provider_devicegrant_unique_device_code", "device_code")],
    last_on_sqlite: &["scope"],
};

const BIG_ID: Column = col("id", Kind::BigAuto).key(Key::Primary, "");
const CREATED: Column = col("created", Kind::DateTime);
const UPDATED: Column = col("updated", Kind::DateTime);
const RESOURCE: Column = col("resource", Kind::Json);

const fn to_user(digest: &'static str) -> Column {
    fk("user_id", "auth_user", Kind::Integer, digest)
}

const fn to_application(digest: &'static str) -> Column {
    fk("application_id", "oauth2_provider_application", Kind::BigInteger, digest)
}
