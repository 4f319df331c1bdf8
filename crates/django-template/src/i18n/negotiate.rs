//! Which of the site's languages a visitor gets.
//! Django: `get_language_from_request`, `get_supported_language_variant`, `parse_accept_lang_header`.

use crate::i18n::catalogue::Catalogues;
use crate::i18n::languages::{default_languages, fallback, has_own_catalogue};

/// Longer codes and headers are cut before they are read.
const MOST: usize = 500;

/// The languages of a site.
pub struct Supported<'s> {
    /// `LANGUAGES`, in lower case.
    codes: Vec<String>,
    catalogues: &'s Catalogues,
}

impl<'s> Supported<'s> {
    /// `languages` empty stands for all that Django knows.
    pub fn new(languages: &[(String, String)], catalogues: &'s Catalogues) -> Self {
        let all = if languages.is_empty() { default_languages() } else { languages.to_vec() };
        Supported { codes: all.into_iter().map(|(code, _)| code.to_lowercase()).collect(), catalogues }
    }

    fn has(&self, code: &str) -> bool {
        let known = self.codes.iter().any(|known| *known == code.to_lowercase());
        known && is_code(code) && (has_own_catalogue(&code.to_lowercase()) || self.catalogues.has(code))
    }

    /// The code itself, a more general one, or another variant of the general one; `None` if there is none.
    pub fn variant(&self, code: &str) -> Option<String> {
        let mut code = code;
        if code.len() > MOST {
            let head = code.get(..MOST)?;
            code = head.rfind('-').filter(|at| *at > 0).and_then(|at| head.get(..at))?;
        }
        if code.is_empty() {
            return None;
        }
        let general = code.match_indices('-').map(|(at, _)| &code[..at]);
        let mut possible: Vec<&str> = general.collect();
        possible.reverse();
        let last = possible.last().copied().unwrap_or(code).to_owned();
        let special = fallback(code).into_iter();
        let mut tried = std::iter::once(code).chain(special).chain(possible);
        if let Some(found) = tried.find(|code| self.has(code)) {
            return Some(found.to_owned());
        }
        let start = format!("{last}-");
        self.codes.iter().find(|code| code.starts_with(&start)).cloned()
    }

    /// The language that a path begins with. Django: `get_language_from_path`.
    pub fn of_path(&self, path: &str) -> Option<String> {
        let code = path.strip_prefix('/')?.split('/').next()?;
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let words: Vec<&str> = code.split(['-', '@']).collect();
        (words.len() <= 3 && words.into_iter().all(is_word)).then(|| self.variant(code)).flatten()
    }

    /// The visitor's language: that of the cookie, else the first of `wanted` and then of the header
    /// `Accept-Language` that the site has, else the site's own.
    pub fn choose(&self, cookie: Option<&str>, wanted: &[&str], accept: &str, own: &str) -> String {
        let by_cookie = || match cookie {
            Some(code) if self.codes.iter().any(|known| known == code) && self.has(code) => {
                Some(code.to_owned())
            }
            Some(code) => self.variant(code),
            None => None,
        };
        let by_wish = || wanted.iter().filter(|code| is_code(code)).find_map(|code| self.variant(code));
        let by_header = || {
            let accepted = accepted(accept).into_iter().take_while(|code| code != "*");
            accepted.filter(|code| is_code(code)).find_map(|code| self.variant(&code))
        };
        let found = by_cookie().or_else(by_wish).or_else(by_header);
        found.or_else(|| self.variant(own)).unwrap_or_else(|| own.to_owned())
    }
}

/// `[a-z]{2,8}(-[a-z0-9]{1,8})*(@[a-z0-9]{1,20})?`.
fn is_code(code: &str) -> bool {
    let (code, variant) = code.split_once('@').map_or((code, None), |(code, variant)| (code, Some(variant)));
    let word = |word: &str, least: usize, most: usize| {
        (least..=most).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let mut words = code.split('-');
    let first = words.next().unwrap_or_default();
    word(first, 2, 8)
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && words.all(|w| word(w, 1, 8))
        && variant.is_none_or(|v| word(v, 1, 20))
}

/// The codes of an `Accept-Language` header, the most wanted first; none if it is malformed.
fn accepted(header: &str) -> Vec<String> {
    let header = header.to_lowercase();
    let header = match header.len() {
        0..=MOST => header.as_str(),
        _ => {
            let mut commas = header.char_indices();
            commas.rfind(|(i, c)| *c == ',' && *i > 0 && *i < MOST).map_or("", |(i, _)| &header[..i])
        }
    };
    let mut out = Vec::new();
    let mut rest = header;
    while !rest.is_empty() {
        let Some((code, weight, after)) = one(rest) else { return Vec::new() };
        out.push((code, weight));
        rest = after;
    }
    out.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    out.into_iter().map(|(code, _)| code).collect()
}

/// One code with its weight in thousandths, and what follows the comma.
fn one(text: &str) -> Option<(String, u32, &str)> {
    let end = text.find([',', ';']).unwrap_or(text.len());
    let code = text[..end].trim_end();
    let word = |word: &str| (1..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let letters = |word: &str| word.bytes().all(|b| b.is_ascii_alphabetic());
    let mut words = code.split('-');
    let first = words.next()?;
    if code != "*" && !(word(first) && letters(first) && words.all(word)) {
        return None;
    }
    let mut rest = &text[end..];
    let mut thousandths = 1000;
    if let Some(tail) = rest.strip_prefix(';') {
        let tail = tail.trim_start().strip_prefix("q=")?;
        let end = tail.find(',').unwrap_or(tail.len());
        thousandths = weight(tail[..end].trim_end())?;
        rest = &tail[end..];
    }
    Some((code.to_owned(), thousandths, rest.strip_prefix(',').unwrap_or(rest).trim_start()))
}

/// `0`, `0.` with up to three digits, `1`, `1.` with up to three zeros.
fn weight(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    match whole {
        "0" if digits => format!("{part:0<3}").parse().ok(),
        "1" if digits && part.bytes().all(|b| b == b'0') => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read_as_django_reads_it() {
        for (header, codes) in [
            ("de", &["de"][..]),
            ("de-AT, de;q=0.8, en;q=0.9", &["de-at", "en", "de"]),
            ("*;q=0.1, fr", &["fr", "*"]),
            ("de ; q=0.5,fr", &["fr", "de"]),
            ("de,", &["de"]),
            ("", &[]),
            ("de;q=2", &[]),
            ("de;q=0.1234", &[]),
            ("ä", &[]),
            ("de;;", &[]),
        ] {
            assert_eq!(accepted(header), codes, "{header}");
        }
    }

    #[test]
    fn a_general_language_stands_in_and_another_variant_too() {
        let catalogues = Catalogues::new();
        let languages = ["de", "en", "pt-br", "zh-hans"].map(|code| (code.to_owned(), String::new()));
        let supported = Supported::new(&languages, &catalogues);
        for (code, found) in [
            ("de-at", Some("de")),
            ("pt", Some("pt-br")),
            ("zh-cn", Some("zh-hans")),
            ("en-us", Some("en")),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(supported.variant(code).as_deref(), found, "{code}");
        }
        assert_eq!(supported.choose(Some("pt-br"), &["de"], "en", "en-us"), "pt-br");
        assert_eq!(supported.choose(Some("xx"), &["fr", "de"], "en", "en-us"), "de");
        assert_eq!(supported.choose(None, &[], "fr, pt;q=0.5", "en-us"), "pt-br");
        assert_eq!(supported.choose(None, &[], "fr, *", "en-us"), "en");
        assert_eq!(supported.choose(None, &["<b>", "é-é-"], "x", "fr"), "fr");
    }
}
