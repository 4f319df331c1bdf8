//! The rows of `django_migrations` after a fresh `migrate` of Django 5.2 with DOT 3.4.1, and what DOT's rows
//! say about the version.

use std::collections::HashSet;

/// `(app, name)` in the order in which Django applies and records them.
#[rustfmt::skip]
pub const MIGRATIONS: [(&str, &str); 40] = [
    ("contenttypes", "0001_initial"),
    ("auth", "0001_initial"),
    ("admin", "0001_initial"),
    ("admin", "0002_logentry_remove_auto_add"),
    ("admin", "0003_logentry_add_action_flag_choices"),
    ("contenttypes", "0002_remove_content_type_name"),
    ("auth", "0002_alter_permission_name_max_length"),
    ("auth", "0003_alter_user_email_max_length"),
    ("auth", "0004_alter_user_username_opts"),
    ("auth", "0005_alter_user_last_login_null"),
    ("auth", "0006_require_contenttypes_0002"),
    ("auth", "0007_alter_validators_add_error_messages"),
    ("auth", "0008_alter_user_username_max_length"),
    ("auth", "0009_alter_user_last_name_max_length"),
    ("auth", "0010_alter_group_name_max_length"),
    ("auth", "0011_update_proxy_permissions"),
    ("auth", "0012_alter_user_first_name_max_length"),
    ("oauth2_provider", "0001_initial"),
    ("oauth2_provider", "0002_auto_20190406_1805"),
    ("oauth2_provider", "0003_auto_20201211_1314"),
    ("oauth2_provider", "0004_auto_20200902_2022"),
    ("oauth2_provider", "0005_auto_20211222_2352"),
    ("oauth2_provider", "0006_alter_application_client_secret"),
    ("oauth2_provider", "0007_application_post_logout_redirect_uris"),
    ("oauth2_provider", "0008_alter_accesstoken_token"),
    ("oauth2_provider", "0009_add_hash_client_secret"),
    ("oauth2_provider", "0010_application_allowed_origins"),
    ("oauth2_provider", "0011_refreshtoken_token_family"),
    ("oauth2_provider", "0012_add_token_checksum"),
    ("oauth2_provider", "0013_alter_application_authorization_grant_type_device"),
    ("oauth2_provider", "0014_alter_help_text"),
    ("oauth2_provider", "0015_refreshtoken_token_checksum"),
    ("oauth2_provider", "0016_alter_devicegrant_scope"),
    ("oauth2_provider", "0017_application_dcr_created"),
    ("oauth2_provider", "0018_resource_indicators"),
    ("oauth2_provider", "0019_application_registration_source"),
    ("oauth2_provider", "0020_cimd_application_fields"),
    ("oauth2_provider", "0021_translatable_field_labels"),
    ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ("sessions", "0001_initial"),
];

/// DOT's migrations newest first, each with the version whose state it marks. Rows may be out of name order and
/// 0001_initial stands for two things (0.7 and the squashed 1.3), so the newest name found decides.
const VERSIONS: [(&str, &str); 28] = [
    ("0025_pushed_authorization_requests", "newer than 3.4.1"),
    ("0024_application_client_assertion_fields", "newer than 3.4.1"),
    ("0023_refreshtoken_unique_token_checksum", "newer than 3.4.1"),
    ("0022_refreshtoken_token_family_index", "3.4.1"),
    ("0021_translatable_field_labels", "3.4.1"),
    ("0020_cimd_application_fields", "3.4.0"),
    ("0019_application_registration_source", "3.4.0"),
    ("0018_resource_indicators", "3.4.0"),
    ("0017_application_dcr_created", "3.4.0"),
    ("0016_alter_devicegrant_scope", "3.4.0"),
    ("0015_refreshtoken_token_checksum", "3.4.0"),
    ("0014_alter_help_text", "3.3"),
    ("0013_alter_application_authorization_grant_type_device", "3.2"),
    ("0012_add_token_checksum", "3.0"),
    ("0011_refreshtoken_token_family", "3.0"),
    ("0010_application_allowed_origins", "2.4"),
    ("0009_add_hash_client_secret", "2.4"),
    ("0008_alter_accesstoken_token", "2.4"),
    ("0007_application_post_logout_redirect_uris", "2.3"),
    ("0006_alter_application_client_secret", "2.0"),
    ("0005_auto_20211222_2352", "1.7"),
    ("0004_auto_20200902_2022", "1.5"),
    ("0003_auto_20201211_1314", "1.4"),
    ("0002_auto_20190406_1805", "1.3"),
    ("0006_auto_20171214_2232", "1.2"),
    ("0005_auto_20170514_1141", "1.0"),
    ("0004_auto_20160525_1623", "0.12"),
    ("0001_initial", "before 1.0"),
];

/// The version for the set of DOT's rows; `None` without any row.
pub fn version(names: &HashSet<&str>) -> Option<&'static str> {
    VERSIONS.iter().find(|(name, _)| names.contains(name)).map(|(_, version)| *version)
}
