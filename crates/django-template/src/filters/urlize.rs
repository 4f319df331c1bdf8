//! `urlize` and `urlizetrunc`.
//! Django: `django.utils.html.Urlizer`.

use django::urls::unquote;

use super::{int_argument, text as of};
use crate::env::Env;
use crate::error::Result;
use crate::py::entities::unescape;
use crate::py::html::escape;
use crate::py::text::{is_space, is_word, quote, quote_plus};
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

const MAX_URL: usize = 2048;
const PUNCTUATION: [char; 5] = ['.', ',', ':', ';', '!'];
const WRAPPING: [(char, char); 2] = [('(', ')'), ('[', ']')];
const QUOTE_SAFE: &str = "!$&'()*+,;=:/?#[]@~";

struct Urlizer {
    safe: bool,
    autoescape: bool,
    limit: Option<i64>,
}

pub(crate) fn urlize(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(run(env, value, None))
}

pub(crate) fn urlizetrunc(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    Ok(run(env, value, Some(int_argument(argument)?)))
}

fn run(env: &Env, value: &Value, limit: Option<i64>) -> Value {
    let urlizer = Urlizer { safe: matches!(value, Value::Safe(_)), autoescape: env.autoescape, limit };
    let is_gap = |c: char| is_space(c) || matches!(c, '<' | '>' | '"' | '\'');
    let mut out = String::new();
    let mut rest = of(value);
    while let Some(first) = rest.chars().next() {
        let gap = is_gap(first);
        let end = rest.find(|c| is_gap(c) != gap).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        out.push_str(&if gap { urlizer.plain(word) } else { urlizer.word(word) });
        rest = tail;
    }
    Value::Safe(out)
}

impl Urlizer {
    fn plain(&self, word: &str) -> String {
        if self.autoescape && !self.safe { escape(word) } else { word.to_owned() }
    }

    fn word(&self, word: &str) -> String {
        if !word.contains(['.', '@', ':']) {
            return self.plain(word);
        }
        let (lead, middle, trail) = trim_punctuation(word);
        let length = middle.chars().count();
        let (url, rel) = if length <= MAX_URL && has_scheme(middle) {
            (smart_quote(&unescape(middle)), " rel=\"nofollow\"")
        } else if length <= MAX_URL && is_bare_host(middle) {
            (smart_quote(&format!("http://{}", unescape(middle))), " rel=\"nofollow\"")
        } else if let Some((local, domain)) = email(middle) {
            (format!("mailto:{}@{}", quote(local, ""), quote(domain, "")), "")
        } else {
            return self.plain(word);
        };
        let shown = self.plain(&self.trimmed(middle));
        let (lead, trail) = (self.plain(lead), self.plain(&trail));
        format!("{lead}<a href=\"{}\"{rel}>{shown}</a>{trail}", escape(&url))
    }

    fn trimmed(&self, text: &str) -> String {
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        match self.limit {
            Some(limit) if length > limit => {
                let keep = usize::try_from(limit - 1).unwrap_or(0);
                format!("{}…", text.chars().take(keep).collect::<String>())
            }
            _ => text.to_owned(),
        }
    }
}

/// Leading brackets, the word, trailing punctuation.
fn trim_punctuation(word: &str) -> (&str, &str, String) {
    let mut middle = word.trim_start_matches(['(', '[']);
    let lead = &word[..word.len() - middle.len()];
    let mut trail = String::new();
    loop {
        let before = middle.len();
        for (open, close) in WRAPPING {
            let (opened, closed) = (middle.matches(open).count(), middle.matches(close).count());
            let ends = middle.len() - middle.trim_end_matches(close).len();
            if opened < closed && ends > 0 {
                let cut = middle.len() - (closed - opened).min(ends);
                trail.insert_str(0, &middle[cut..]);
                middle = &middle[..cut];
            }
        }
        // A semicolon may end an entity; it goes only when it does not.
        let entity = middle.rfind('&').is_some();
        let stripped = middle.trim_end_matches(|c| PUNCTUATION.contains(&c) && !(entity && c == ';'));
        trail.insert_str(0, &middle[stripped.len()..]);
        middle = stripped;
        if middle.ends_with(';')
            && let Some(amp) = middle.rfind('&')
        {
            let plain = unescape(&middle[amp..]);
            if plain == middle[amp..] || plain.ends_with(';') {
                let stripped = middle.trim_end_matches(PUNCTUATION);
                let semicolons = middle.len() - middle.trim_end_matches(';').len();
                // Of several semicolons the first ends the entity.
                let keep = if semicolons > 1 { stripped.len() + 1 } else { stripped.len() };
                trail.insert_str(0, &middle[keep..]);
                middle = &middle[..keep];
            }
        }
        if middle.len() == before || middle.is_empty() {
            return (lead, middle, trail);
        }
    }
}

fn has_scheme(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
    rest.map(|r| r.strip_prefix('[').unwrap_or(r)).is_some_and(|r| r.starts_with(is_word))
}

/// `www.…`, or a host with a well-known ending.
fn is_bare_host(word: &str) -> bool {
    const ENDINGS: [&str; 7] = [".com", ".edu", ".gov", ".int", ".mil", ".net", ".org"];
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("www.") {
        return true;
    }
    if lower.starts_with("http") || !lower.starts_with(is_word) {
        return false;
    }
    // A host needs a character in front of the dot besides the first.
    let fits = |at: usize, ending: &str| {
        let rest = &lower[at + ending.len()..];
        let head = &lower[..at];
        head.chars().count() > 1 && !head.contains('@') && (rest.is_empty() || rest.starts_with('/'))
    };
    ENDINGS.iter().any(|ending| lower.match_indices(ending).any(|(at, _)| fits(at, ending)))
}

/// The parts of a mail address.
fn email(word: &str) -> Option<(&str, &str)> {
    let (local, domain) = word.rsplit_once('@')?;
    if word.contains(':') || word.chars().count() > 320 {
        return None;
    }
    let atom = |c: char| c.is_ascii_alphanumeric() || "-!#$%&'*+/=?^_`{}|~".contains(c);
    let local_fits = local.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let labels: Vec<&str> = domain.split('.').collect();
    let label = |l: &&str| {
        let fits = |c: char| c.is_alphanumeric() || c == '-';
        !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-') && l.chars().all(fits)
    };
    let top = labels.last().is_some_and(|l| l.chars().count() >= 2);
    let domain_fits = (labels.len() > 1 && top && labels.iter().all(label)) || domain == "localhost";
    (local_fits && domain_fits).then_some((local, domain))
}

/// Quotes each part of a URL once.
fn smart_quote(url: &str) -> String {
    let requote = |part: &str| quote(&unquote(part), QUOTE_SAFE);
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (base, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, base) = base.split_once("://").unwrap_or(("", base));
    let mut out = format!("{}://{}", scheme.to_ascii_lowercase(), requote(base));
    if !query.is_empty() {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |s: &str| unquote(&unquote(&s.replace('+', " ")));
            format!("{}={}", quote_plus(&plain(name)), quote_plus(&plain(value)))
        };
        let pairs: Vec<_> = query.split('&').filter(|p| !p.is_empty()).map(pair).collect();
        out.push_str(&format!("?{}", pairs.join("&")));
    }
    if !fragment.is_empty() {
        out.push_str(&format!("#{}", requote(fragment)));
    }
    out
}
