//! `floatformat` and `filesizeformat`.
//! Django: `django.template.defaultfilters`.

use crate::env::Env;
use crate::error::{Error, Result};
use crate::i18n::formats::Formats;
use crate::i18n::localize::format_number;
use crate::py::decimal::{Decimal, Parsed};
use crate::py::number::{float, int, parse_int};
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

/// More decimal places than this are refused.
const MAX_PLACES: i64 = 10_000;

/// The places wanted, and the `g` and `u` flags.
struct Wish {
    places: Option<i64>,
    group: bool,
    unlocalized: bool,
}

fn wish(argument: Argument) -> Result<Wish> {
    let mut wish = Wish { places: Some(-1), group: false, unlocalized: false };
    match argument {
        None => {}
        Some(Value::Str(text) | Value::Safe(text)) => {
            let mut rest = text.as_str();
            if rest.is_empty() {
                return Err(Error::value("floatformat's argument is empty"));
            }
            if let Some(head) = rest.strip_suffix("gu").or_else(|| rest.strip_suffix("ug")) {
                (rest, wish.group, wish.unlocalized) = (head, true, true);
            } else if let Some(head) = rest.strip_suffix('g') {
                (rest, wish.group) = (head, true);
            } else if let Some(head) = rest.strip_suffix('u') {
                (rest, wish.unlocalized) = (head, true);
            }
            wish.places = if rest.is_empty() { Some(-1) } else { parse_int(rest) };
        }
        Some(other) => {
            let wrong = || Error::value(format!("{} is no number of places", other.repr()));
            let wide = int(other).map_err(|_| wrong())?;
            wish.places = Some(i64::try_from(wide).unwrap_or(i64::MAX));
        }
    }
    Ok(wish)
}

pub(crate) fn floatformat(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let wish = wish(argument)?;
    let input = value.display();
    let number = match Decimal::parse(&input) {
        Parsed::Invalid => match float(value) {
            Ok(f) => Decimal::parse(&django::python::float_repr(f)),
            Err(_) => return Ok(Value::empty()),
        },
        parsed => parsed,
    };
    let (Parsed::Number(number), Some(places)) = (number, wish.places) else { return Ok(input.into()) };
    let digits = i64::try_from(number.digits.len()).unwrap_or(i64::MAX);
    if digits.saturating_add(number.exponent.abs()) > 200 {
        return Ok(input.into());
    }
    let formats = if wish.unlocalized { Formats::DEFAULT } else { Formats::of(&env.language) };
    let thousands = env.settings.use_thousand_separator && !wish.unlocalized;
    let grouped = wish.group || thousands;
    let text = if number.is_whole() && places <= 0 {
        format_number(&formats, &number.whole(), Some(0), grouped)
    } else {
        if places.abs() > MAX_PLACES {
            return Err(Error::limit("too many decimal places"));
        }
        let places = usize::try_from(places.abs()).unwrap_or(0);
        format_number(&formats, &number.fixed(places), Some(places), grouped)
    };
    Ok(Value::Safe(text))
}

pub(crate) fn filesizeformat(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let bytes = int(value).unwrap_or(0);
    let size = bytes.unsigned_abs();
    let text = if size < 1 << 10 {
        let n = i64::try_from(size).unwrap_or(0);
        env.ngettext(None, ("%(size)d byte", "%(size)d bytes"), n).replace("%(size)d", &n.to_string())
    } else {
        let (power, unit) = match size {
            s if s < 1 << 20 => (10, "%s KB"),
            s if s < 1 << 30 => (20, "%s MB"),
            s if s < 1 << 40 => (30, "%s GB"),
            s if s < 1 << 50 => (40, "%s TB"),
            _ => (50, "%s PB"),
        };
        let number = round_tenth(size as f64 / (1u64 << power) as f64);
        let formats = Formats::of(&env.language);
        let grouped = env.settings.use_thousand_separator;
        env.gettext(unit).replace("%s", &format_number(&formats, &number, Some(1), grouped))
    };
    let sign = if bytes < 0 { "-" } else { "" };
    Ok(format!("{sign}{text}").replace(' ', "\u{a0}").into())
}

/// `round(x, 1)`: correctly rounded from the exact value, as formatting does.
pub(crate) fn round_tenth(x: f64) -> String {
    format!("{x:.1}")
}
