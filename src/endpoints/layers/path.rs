//! Paths in one spelling: `%2D` is `-` (RFC 3986 section 6.2.2.2). Django decodes the whole path before it looks for a view.

use poem::Request;
use poem::http::Uri;

/// Unescapes letters, digits, `-`, `_` and `~`. Dots stay: a segment of them is no way up.
pub fn unescape(request: &mut Request) {
    let path = request.uri().path();
    let Some(plain) = plain(path) else { return };
    let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = format!("{plain}{query}").parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// Nothing where there is nothing to unescape.
fn plain(path: &str) -> Option<String> {
    let mut pieces = path.split('%');
    let mut out = pieces.next()?.to_owned();
    let mut changed = false;
    for piece in pieces {
        let code = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).map(char::from);
        match code.filter(|c| c.is_ascii_alphanumeric() || "-_~".contains(*c)) {
            Some(c) if !piece.starts_with('+') => {
                changed = true;
                out.push(c);
                out.push_str(&piece[2..]);
            }
            _ => {
                out.push('%');
                out.push_str(piece);
            }
        }
    }
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_means_the_same_is_unescaped() {
        for (path, wanted) in [
            ("/o/%74oken/", Some("/o/token/")),
            ("/a%2Db%5f%7E%2d", Some("/a-b_~-")),
            ("/%2e%2E/%2F%25%41%", Some("/%2e%2E/%2F%25A%")),
            ("/%+4%4", None),
            ("/%C3%BC%2F", None),
            ("/o/", None),
        ] {
            assert_eq!(super::plain(path).as_deref(), wanted, "{path}");
        }
    }
}
