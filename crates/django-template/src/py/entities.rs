//! `html.unescape`, for the entities that URLs and texts hold in practice.

const NAMED: [(&str, &str); 20] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("copy", "©"),
    ("reg", "®"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("euro", "€"),
    ("times", "×"),
    ("middot", "·"),
];

/// Names that browsers accept without the semicolon.
const BARE: [&str; 9] = ["amp", "lt", "gt", "quot", "nbsp", "copy", "reg", "laquo", "raquo"];

pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((plain, length)) => {
                out.push_str(&plain);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of the entity at the start, and its length with `&` and `;`.
fn entity(text: &str) -> Option<(String, usize)> {
    let body = text.get(1..)?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, skip) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 3),
            None => (number, 10, 2),
        };
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let code = u32::from_str_radix(digits.get(..end).filter(|d| !d.is_empty())?, radix).ok();
        let plain = code.and_then(char::from_u32).filter(|c| *c != '\0').unwrap_or('\u{fffd}');
        let semicolon = usize::from(digits[end..].starts_with(';'));
        return Some((plain.to_string(), skip + end + semicolon));
    }
    let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
    if body[end..].starts_with(';')
        && let Some((_, plain)) = NAMED.iter().find(|(name, _)| *name == &body[..end])
    {
        return Some(((*plain).to_owned(), end + 2));
    }
    let bare = BARE.iter().find(|name| body.starts_with(**name))?;
    let (_, plain) = NAMED.iter().find(|(name, _)| name == bare)?;
    Some(((*plain).to_owned(), bare.len() + 1))
}
