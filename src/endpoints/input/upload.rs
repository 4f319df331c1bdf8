//! What a form may be: Django's limits on an upload, and why a form is refused. Django: DATA_UPLOAD_MAX_….

use crate::settings::Settings;

/// Why a form could not be read; all are status 400, but the slow one 408.
#[derive(Debug, PartialEq, Eq)]
pub enum FormError {
    TooLarge,
    Malformed,
    TooSlow,
}

impl FormError {
    /// For the log.
    pub fn word(&self) -> &'static str {
        match self {
            FormError::TooLarge => "too_large",
            FormError::Malformed => "malformed",
            FormError::TooSlow => "too_slow",
        }
    }
}

/// # Errors
/// More fields than DATA_UPLOAD_MAX_NUMBER_FIELDS.
pub fn check_count(count: usize, settings: &Settings) -> Result<(), FormError> {
    match settings.django.data_upload_max_number_fields {
        Some(most) if count > most => Err(FormError::TooLarge),
        _ => Ok(()),
    }
}

/// Django counts separators, also those around empty pairs.
///
/// # Errors
/// As `check_count`.
pub fn check_separators(text: &[u8], settings: &Settings) -> Result<(), FormError> {
    check_count(1 + text.iter().filter(|byte| **byte == b'&').count(), settings)
}

/// Whether Django would read the query. It has the same limit on fields as the body.
pub fn is_query_within_limits(query: &str, settings: &Settings) -> bool {
    check_separators(query.as_bytes(), settings).is_ok()
}
