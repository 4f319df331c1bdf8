//! JSON as Python's `json` reads and writes it beyond RFC 8259: `NaN`, `Infinity`, and halves of surrogate pairs. A value
//! cannot hold them; stand-ins do, and a mark at the top says so.

use serde_json::{Map, Value};

use crate::json;

/// A key that no session has: what is below holds stand-ins.
const MARK: &str = "\u{10fffe}loose";

/// Python's constants, and numbers beyond every float that stand for them. The longer ones first.
const CONSTANTS: [(&str, &str); 3] =
    [("-Infinity", "-1e+999999992"), ("Infinity", "1e+999999992"), ("NaN", "1e+999999991")];

/// What is added to a half of a pair: a private character.
const PRIVATE: u32 = 0xf_0000;

/// The dict of a text. Source: `json.loads`.
pub fn read(text: &str) -> Option<Map<String, Value>> {
    let value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(_) => {
            let mut value: Value = serde_json::from_str(&tamed(text)?).ok()?;
            value.as_object_mut()?.insert(MARK.to_owned(), Value::Bool(true));
            value
        }
    };
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// The text of a dict, without blanks. Source: `json.dumps(…, separators=(",", ":"))`.
pub fn write(map: &Map<String, Value>) -> String {
    if !map.contains_key(MARK) {
        return json::map_to_compact_ascii(map);
    }
    let mut map = map.clone();
    map.shift_remove(MARK);
    restored(&json::map_to_compact_ascii(&map))
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

fn is_half(unit: u32) -> bool {
    (0xd800..0xe000).contains(&unit)
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

/// Nothing where a text holds a character that would stand for a half.
fn tamed(text: &str) -> Option<String> {
    let private = |c: u32| c >= PRIVATE && is_half(c - PRIVATE);
    let clashes = text
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
        Some((name.len(), (*number).to_owned()))
    };
    (!clashes).then(|| rewrite(text, inside, outside))
}

fn restored(text: &str) -> String {
    let inside = |rest: &str| {
        let half = pair(rest)?.checked_sub(PRIVATE).filter(|half| is_half(*half))?;
        Some((12, format!("\\u{half:04x}")))
    };
    let outside = |rest: &str| {
        let (name, number) = CONSTANTS.iter().find(|(_, number)| rest.starts_with(number))?;
        Some((number.len(), (*name).to_owned()))
    };
    rewrite(text, inside, outside)
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
    fn what_python_does_not_read_is_nothing() {
        for text in [
            "",
            "[NaN]",
            "NaN",
            "{\"a\":nan}",
            "{\"a\":+Infinity}",
            "{\"a\":NaNNaN}",
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
