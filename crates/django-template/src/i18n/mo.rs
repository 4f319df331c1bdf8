//! Reads compiled gettext catalogues (`.mo`).
//! Python: `gettext.GNUTranslations`.

use std::collections::HashMap;

use crate::i18n::plural::Rule;

/// The messages of one `.mo` file.
#[derive(Clone, Debug)]
pub struct Mo {
    messages: HashMap<String, Vec<String>>,
    rule: Rule,
}

impl Default for Mo {
    fn default() -> Self {
        Mo { messages: HashMap::new(), rule: Rule::english() }
    }
}

struct Bytes<'b> {
    bytes: &'b [u8],
    big: bool,
}

impl Bytes<'_> {
    fn number(&self, at: usize) -> Option<usize> {
        let four: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let n = if self.big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
        usize::try_from(n).ok()
    }

    /// The text whose length and offset stand at `at`.
    fn text(&self, at: usize) -> Option<String> {
        let (length, start) = (self.number(at)?, self.number(at.checked_add(4)?)?);
        let bytes = self.bytes.get(start..start.checked_add(length)?)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }
}

impl Mo {
    /// Parses the bytes of a file; `None` if it is no catalogue.
    pub fn parse(bytes: &[u8]) -> Option<Mo> {
        let big = match bytes.get(..4)? {
            [0xde, 0x12, 0x04, 0x95] => false,
            [0x95, 0x04, 0x12, 0xde] => true,
            _ => return None,
        };
        let file = Bytes { bytes, big };
        let (count, keys, values) = (file.number(8)?, file.number(12)?, file.number(16)?);
        if count > bytes.len() / 16 {
            return None;
        }
        let mut mo = Mo::default();
        for i in 0..count {
            let key = file.text(keys.checked_add(i * 8)?)?;
            let value = file.text(values.checked_add(i * 8)?)?;
            if key.is_empty() {
                mo.rule = plural_rule(&value).unwrap_or(mo.rule);
            }
            let singular = key.split('\0').next().unwrap_or_default().to_owned();
            mo.messages.insert(singular, value.split('\0').map(str::to_owned).collect());
        }
        Some(mo)
    }

    /// Adds one message, for catalogues built in a program; `forms` are the plural forms in order.
    pub fn insert(&mut self, context: Option<&str>, message: &str, forms: &[&str]) {
        let forms = forms.iter().map(|f| (*f).to_owned()).collect();
        self.messages.insert(key(context, message), forms);
    }

    /// The translation of a message in a context; `None` if there is none.
    pub fn find(&self, context: Option<&str>, message: &str) -> Option<&str> {
        let text = self.messages.get(&key(context, message))?.first()?;
        (!text.is_empty()).then_some(text.as_str())
    }

    /// The form for `n` of a message with a plural.
    pub fn find_plural(&self, context: Option<&str>, message: &str, n: i64) -> Option<&str> {
        let forms = self.messages.get(&key(context, message))?;
        let at = usize::try_from(self.rule.eval(n)).ok()?;
        forms.get(at).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub fn len(&self) -> usize {
        self.messages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

fn key(context: Option<&str>, message: &str) -> String {
    context.map_or_else(|| message.to_owned(), |c| format!("{c}\u{4}{message}"))
}

fn plural_rule(header: &str) -> Option<Rule> {
    let line = header.lines().find(|l| l.to_ascii_lowercase().starts_with("plural-forms:"))?;
    Rule::parse(line.split_once("plural=")?.1)
}
