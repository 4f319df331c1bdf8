//! JSON as Python's `json` reads and writes it beyond RFC 8259: `NaN`, `Infinity`, and halves of surrogate pairs. A value
//! cannot hold them; stand-ins do, and whoever keeps the value keeps whether there are some.

use serde_json::{Map, Value};

use crate::json::{self, NAN, PRIVATE, Spacing, is_half};

/// A key that no session has: what is below holds stand-ins.
const MARK: &str = "\u{10fffe}loose";

/// Python's constants, and numbers beyond every float that stand for them. The longer ones first.
const CONSTANTS: [(&str, &str); 3] =
    [("-Infinity", "-1e+999999992"), ("Infinity", "1e+999999992"), ("NaN", NAN)];

/// What a text of JSON holds.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    value: Value,
    /// Whether the value holds stand-ins.
    stands_in: bool,
}

impl Loaded {
    /// The value. A number beyond every float may stand for `NaN`, a private character for a half of a surrogate pair.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The text with `", "` and `": "`. Source: `json.dumps`.
    pub fn dumps(&self) -> String {
        json::value_as(&self.value, Spacing::Spaced, self.stands_in)
    }
}

impl From<Value> for Loaded {
    fn from(value: Value) -> Loaded {
        Loaded { value, stands_in: false }
    }
}

/// What a text holds; `None` where it is no JSON to Python, nested more than 127 deep, or has what would stand for a
/// constant or a half beside a real one. Source: `json.loads`.
pub fn loads(text: &str) -> Option<Loaded> {
    match serde_json::from_str(text) {
        Ok(value) => Some(Loaded { value, stands_in: false }),
        Err(_) => Some(Loaded { value: serde_json::from_str(&tamed(text)?).ok()?, stands_in: true }),
    }
}

/// The dict of a text. Source: `json.loads`.
pub(crate) fn read(text: &str) -> Option<Map<String, Value>> {
    let loaded = loads(text)?;
    let Value::Object(mut map) = loaded.value else { return None };
    if loaded.stands_in {
        map.insert(MARK.to_owned(), Value::Bool(true));
    }
    Some(map)
}

/// The text of a dict, without blanks. Source: `json.dumps(…, separators=(",", ":"))`.
pub(crate) fn write(map: &Map<String, Value>) -> String {
    if !map.contains_key(MARK) {
        return json::map_to_compact_ascii(map);
    }
    let mut map = map.clone();
    map.shift_remove(MARK);
    json::map_as(&map, Spacing::Compact, true)
}

/// The unit of `\uXXXX` at the start of a text.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// The character of a pair at the start of a text.
fn pair(text: &str) -> Option<u32> {
    let (high, low) = (unit(text)?, unit(text.get(6..)?)?);
    let is_pair = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    is_pair.then(|| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}

/// Goes through the text; `inside` and `outside` of strings may take a piece and say what stands for it.
fn rewrite(
    text: &str,
    inside: impl Fn(&str) -> Option<(usize, String)>,
    outside: impl Fn(&str) -> Option<(usize, String)>,
) -> String {
    let (mut out, mut rest, mut in_string) = (String::with_capacity(text.len()), text, false);
    while let Some(c) = rest.chars().next() {
        let found = if in_string { inside(rest) } else { outside(rest) };
        let (taken, piece) = match found {
            Some(found) => found,
            // An escape is two characters, also `\"`.
            None if in_string && c == '\\' => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (length, rest[..length].to_owned())
            }
            None => {
                in_string ^= c == '"';
                (c.len_utf8(), c.to_string())
            }
        };
        out.push_str(&piece);
        rest = &rest[taken..];
    }
    out
}

/// Nothing where a text holds a character that would stand for a half, or the number that would stand for `NaN`.
fn tamed(text: &str) -> Option<String> {
    let private = |c: u32| c >= PRIVATE && is_half(c - PRIVATE);
    let clashes = text.contains("999999991")
        || text
            .char_indices()
            .any(|(at, c)| private(u32::from(c)) || c == '\\' && pair(&text[at..]).is_some_and(private));
    let inside = |rest: &str| {
        if pair(rest).is_some() {
            return Some((12, rest[..12].to_owned()));
        }
        let half = unit(rest).filter(|unit| is_half(*unit))?;
        Some((6, char::from_u32(PRIVATE + half)?.to_string()))
    };
    let outside = |rest: &str| {
        let (name, number) = CONSTANTS.iter().find(|(name, _)| rest.starts_with(name))?;
        // Between blanks: a digit or a sign in front of a constant does not become a part of the number.
        Some((name.len(), format!(" {number} ")))
    };
    (!clashes).then(|| rewrite(text, inside, outside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_writes_comes_back_as_it_was() {
        for text in [
            r#"{"a":NaN,"b":[Infinity,-Infinity,1,-1.5],"NaN":"NaN \" Infinity \\"}"#,
            r#"{"x":"\ud800","y":"a\udfffb","z":"\ud83d\ude00\ud83d","\udc00\ud800":1}"#,
            r#"{"a":1,"b":{"c":null,"d":true},"e":"\u00e9"}"#,
            "{}",
        ] {
            assert_eq!(write(&read(text).unwrap()), text);
        }
        assert_eq!(read(r#"{"user":"7","x":NaN}"#).unwrap()["user"], "7");
    }

    #[test]
    fn any_value_is_read_and_written() {
        for (given, written) in [
            ("NaN", "NaN"),
            (
                r#"["\ud800",1.50,1e400,{"NaN":-Infinity}]"#,
                r#"["\ud800", 1.5, Infinity, {"NaN": -Infinity}]"#,
            ),
            ("[1E+999999992, 1e999999991]", "[Infinity, Infinity]"),
            ("\"\u{fd800}\"", r#""\udbb6\udc00""#),
        ] {
            assert_eq!(loads(given).unwrap().dumps(), written);
        }
        // The number that would stand for NaN beside a NaN.
        assert!(loads("[NaN, 1e999999991]").is_none() && loads("NaN NaN").is_none());
    }

    #[test]
    fn what_python_does_not_read_is_nothing() {
        for text in [
            "",
            "[NaN]",
            "NaN",
            "{\"a\":nan}",
            "{\"a\":+Infinity}",
            "{\"a\":NaNNaN}",
            "{\"a\":-NaN}",
            "{\"a\":1NaN}",
            "{\"a\":--Infinity}",
            "{\"a\":\"\\ud8\"}",
            "{\"\\",
            "{",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        // Both a half and a character that would stand for one.
        assert!(read(r#"{"a":"\ud800","b":"\udbb6\udc00"}"#).is_none());
        assert_eq!(write(&read(r#"{"b":"\udbb6\udc00"}"#).unwrap()), r#"{"b":"\udbb6\udc00"}"#);
    }
}
