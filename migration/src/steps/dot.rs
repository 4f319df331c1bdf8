//! DOT's migrations since 1.0 as changes: what each adds to the tables of the one before it. Types, names and keys
//! are those of the 3.4.1 schema; a migration that only changes labels has no changes.

use super::change::Change::{self, Add, Create, DropColumn, DropUnique, Fill, Index, Nullable, Retype, Run};
use super::data::Data;

const APPLICATION: &str = "oauth2_provider_application";
const ACCESS: &str = "oauth2_provider_accesstoken";
const REFRESH: &str = "oauth2_provider_refreshtoken";
const GRANT: &str = "oauth2_provider_grant";
const DEVICE: &str = "oauth2_provider_devicegrant";

/// The row that says that a 1.0 database has become a 1.2 one. 3.4.1 has no such migration: its 0001_initial
/// counts as applied already, which is why Django itself cannot upgrade a 1.0 database.
pub const FROM_1_0: &str = "0006_auto_20171214_2232";

/// The changes of one migration.
#[rustfmt::skip]
pub fn changes(app: &str, name: &str) -> &'static [Change] {
    match (app, name) {
        ("auth", "0012_alter_user_first_name_max_length") => &[Retype("auth_user", "first_name")],
        ("oauth2_provider", FROM_1_0) => &[
            Add(REFRESH, "revoked", "NULL"),
            Add(ACCESS, "source_refresh_token_id", "NULL"),
            Nullable(REFRESH, "access_token_id"),
            DropUnique(REFRESH, &["token"], "d090daa4"),
        ],
        ("oauth2_provider", name) => dot(name.get(..4).unwrap_or_default()),
        _ => &[],
    }
}

/// By number: in 3.4.1 each number occurs once.
#[rustfmt::skip]
fn dot(number: &str) -> &'static [Change] {
    match number {
        "0002" => &[Add(GRANT, "code_challenge", "''"), Add(GRANT, "code_challenge_method", "''")],
        "0003" => &[Retype(GRANT, "redirect_uri")],
        "0004" => &[
            Add(APPLICATION, "algorithm", "''"),
            Create("oauth2_provider_idtoken"),
            Add(ACCESS, "id_token_id", "NULL"),
            Add(GRANT, "nonce", "''"),
            Add(GRANT, "claims", "''"),
        ],
        "0006" => &[Run(Data::HashSecrets)],
        "0007" => &[Add(APPLICATION, "post_logout_redirect_uris", "''")],
        "0009" => &[Add(APPLICATION, "hash_client_secret", "true")],
        "0010" => &[Add(APPLICATION, "allowed_origins", "''")],
        "0011" => &[Add(REFRESH, "token_family", "NULL")],
        "0012" => &[
            // Unique before the type: MySQL has no index over a whole longtext.
            DropUnique(ACCESS, &["token"], "8af090f8"),
            Retype(ACCESS, "token"),
            Add(ACCESS, "token_checksum", "NULL"),
            Run(Data::Checksums(ACCESS)),
            Retype(ACCESS, "token_checksum"),
            Index(ACCESS, "token_checksum"),
        ],
        "0013" => &[Retype(APPLICATION, "authorization_grant_type"), Create(DEVICE)],
        "0015" => &[
            DropUnique(REFRESH, &["revoked", "token"], "d090daa4"),
            Retype(REFRESH, "token"),
            Add(REFRESH, "token_checksum", "NULL"),
            Run(Data::Checksums(REFRESH)),
            Retype(REFRESH, "token_checksum"),
            Index(REFRESH, "token_checksum"),
        ],
        "0016" => &[Fill(DEVICE, "scope", "''"), Retype(DEVICE, "scope")],
        "0018" => &[Add(ACCESS, "resource", "'[]'"), Add(GRANT, "resource", "'[]'"), Add(REFRESH, "resource", "'[]'")],
        // 0017 adds dcr_created, which 0019 turns into registration_source.
        "0019" => &[
            Add(APPLICATION, "registration_source", "'manual'"),
            Run(Data::RegistrationSource),
            DropColumn(APPLICATION, "dcr_created"),
        ],
        "0020" => &[Add(APPLICATION, "cimd_expires_at", "NULL"), Retype(APPLICATION, "client_id")],
        "0022" => &[Index(REFRESH, "token_family")],
        _ => &[],
    }
}
