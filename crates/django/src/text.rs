//! Python's notion of blanks (`str.strip`).

/// Whether Python's `str.isspace` holds: Unicode blanks and the four ASCII separators.
pub fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// The text without blanks at both ends, as Python's `str.strip()`.
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}
