//! The device flow (RFC 8628): `OAUTH_DEVICE_…`, `DEVICE_FLOW_INTERVAL`. DOT: `oauth2_provider.settings.DEFAULTS`.

use super::reader::Table;

/// Where the user types the code, and how often the device may ask.
#[derive(Clone, Debug)]
pub struct DeviceFlow {
    pub verification_uri: Option<String>,
    /// With `{user_code}` in it.
    pub verification_uri_complete: Option<String>,
    /// Seconds between polls.
    pub interval: i64,
}

pub(super) fn read(t: &mut Table) -> DeviceFlow {
    DeviceFlow {
        verification_uri: t.opt_string("OAUTH_DEVICE_VERIFICATION_URI"),
        verification_uri_complete: t.opt_string("OAUTH_DEVICE_VERIFICATION_URI_COMPLETE"),
        interval: t.count("DEVICE_FLOW_INTERVAL", 5),
    }
}
