//! Decimal numbers of any length, as far as `floatformat` needs them.
//! Python: `decimal.Decimal`, `quantize` with `ROUND_HALF_UP`.

/// A finite decimal number: digits times ten to the exponent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub negative: bool,
    /// Each 0 to 9, the most significant first; never empty.
    pub digits: Vec<u8>,
    pub exponent: i64,
}

/// What a text stands for.
pub(crate) enum Parsed {
    Number(Decimal),
    /// `NaN` and infinities.
    Special,
    Invalid,
}

impl Decimal {
    pub fn parse(text: &str) -> Parsed {
        let text = text.trim().replace('_', "");
        let (negative, body) = match text.strip_prefix('-') {
            Some(body) => (true, body),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let lower = body.to_lowercase();
        if matches!(lower.as_str(), "inf" | "infinity" | "nan" | "snan") {
            return Parsed::Special;
        }
        let (number, exponent) = match lower.split_once('e') {
            None => (lower.as_str(), 0),
            Some((number, exponent)) => match exponent.parse::<i64>() {
                Ok(exponent) if exponent.abs() < 1_000_000_000 => (number, exponent),
                _ => return Parsed::Invalid,
            },
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
            return Parsed::Invalid;
        }
        let mut digits: Vec<u8> = all.bytes().map(|b| b - b'0').collect();
        let zeros = digits.iter().take_while(|d| **d == 0).count().min(digits.len() - 1);
        digits.drain(..zeros);
        let shift = i64::try_from(fraction.len()).unwrap_or(0);
        Parsed::Number(Decimal { negative, digits, exponent: exponent - shift })
    }

    /// Whether nothing stands behind the point.
    pub fn is_whole(&self) -> bool {
        let cut = usize::try_from(-self.exponent).unwrap_or(0);
        self.digits.iter().rev().take(cut).all(|d| *d == 0)
    }

    /// The number as whole digits and exactly `places` digits behind the point, halves rounded away
    /// from zero.
    pub fn fixed(&self, places: usize) -> String {
        let wanted = -i64::try_from(places).unwrap_or(i64::MAX);
        let mut digits = self.digits.clone();
        if self.exponent >= wanted {
            let zeros = usize::try_from(self.exponent - wanted).unwrap_or(0);
            digits.extend(std::iter::repeat_n(0, zeros));
        } else {
            let drop = usize::try_from(wanted - self.exponent).unwrap_or(usize::MAX);
            digits = round(&digits, drop);
        }
        while digits.len() <= places {
            digits.insert(0, 0);
        }
        let zero = digits.iter().all(|d| *d == 0);
        let mut text: String = digits.iter().map(|d| char::from(b'0' + d)).collect();
        if places > 0 {
            text.insert(text.len() - places, '.');
        }
        if self.negative && !zero { format!("-{text}") } else { text }
    }

    /// The digits before the point, with the sign unless they are zero.
    pub fn whole(&self) -> String {
        let zeros = usize::try_from(self.exponent).unwrap_or(0);
        let cut = usize::try_from(-self.exponent).unwrap_or(0);
        let kept = self.digits.len().saturating_sub(cut);
        let mut text: String = self.digits[..kept].iter().map(|d| char::from(b'0' + d)).collect();
        text.push_str(&"0".repeat(zeros));
        let text = text.trim_start_matches('0');
        match (text.is_empty(), self.negative) {
            (true, _) => "0".to_owned(),
            (false, true) => format!("-{text}"),
            (false, false) => text.to_owned(),
        }
    }
}

/// Drops the last digits and rounds what is left.
fn round(digits: &[u8], drop: usize) -> Vec<u8> {
    let Some(kept) = digits.len().checked_sub(drop) else { return vec![0] };
    let mut out = digits[..kept].to_vec();
    if digits.get(kept).is_some_and(|d| *d >= 5) {
        let mut carry = true;
        for digit in out.iter_mut().rev() {
            *digit = if *digit == 9 { 0 } else { *digit + 1 };
            carry = *digit == 0;
            if !carry {
                break;
            }
        }
        if carry {
            out.insert(0, 1);
        }
    }
    if out.is_empty() { vec![0] } else { out }
}
