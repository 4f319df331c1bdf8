//! Table oauth2_provider_devicegrant (RFC 8628). Read and written with the device flow, which is not built yet.
