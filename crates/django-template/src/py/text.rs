//! Python's string methods where Rust's differ.

/// `str.title()`: a letter after a non-letter in upper case, the others in lower case.
pub fn title(s: &str) -> String {
    let mut after_letter = false;
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        if after_letter {
            out.extend(c.to_lowercase());
        } else {
            out.push_str(&title_char(c));
        }
        after_letter = c.is_alphabetic();
    }
    out
}

fn title_char(c: char) -> String {
    match c {
        'ß' => "Ss".to_owned(),
        c => c.to_uppercase().collect(),
    }
}

/// `str.capitalize()`.
pub fn capitalize(s: &str) -> String {
    let mut chars = s.chars();
    match chars.next() {
        Some(first) => title_char(first) + &chars.as_str().to_lowercase(),
        None => String::new(),
    }
}

/// `str.splitlines()`: all of Python's line ends, without a last empty line.
pub fn lines(s: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut line = String::new();
    let mut chars = s.chars().peekable();
    let mut open = false;
    while let Some(c) = chars.next() {
        if is_line_end(c) {
            if c == '\r' && chars.peek() == Some(&'\n') {
                chars.next();
            }
            out.push(std::mem::take(&mut line));
            open = false;
        } else {
            line.push(c);
            open = true;
        }
    }
    if open {
        out.push(line);
    }
    out
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c' | '\x1d' | '\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether Python's `\w` matches.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether Python's `\s` and `str.split()` take the character as white space.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

pub fn normalize_newlines(s: &str) -> String {
    s.replace("\r\n", "\n").replace('\r', "\n")
}

/// `urllib.parse.quote`: UTF-8 bytes as `%XX` but for letters, digits, `_.-~` and `safe`.
pub fn quote(s: &str, safe: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for b in s.bytes() {
        let c = char::from(b);
        if c.is_ascii_alphanumeric() || "_.-~".contains(c) || (c.is_ascii() && safe.contains(c)) {
            out.push(c);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// `urllib.parse.quote_plus`: a space becomes `+`.
pub fn quote_plus(s: &str) -> String {
    quote(s, " ").replace(' ', "+")
}
