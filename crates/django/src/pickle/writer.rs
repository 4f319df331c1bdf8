//! Writes a value as a pickle of protocol 5 (`pickle.dumps`), without memo marks, which readers do not need.

use num_bigint::BigInt;

use super::{MAX_DEPTH, PickleError};
use serde_json::{Map, Number, Value};

/// The pickle of a value: dict, list, str, int, float, bool and None.
///
/// # Errors
/// [`PickleError::TooLarge`] beyond [`MAX_DEPTH`], [`PickleError::NotJson`] for a text over 4 GiB.
pub fn dumps(value: &Value) -> Result<Vec<u8>, PickleError> {
    let mut body = Vec::new();
    write(&mut body, value, MAX_DEPTH)?;
    body.push(b'.');
    let mut out = vec![0x80, 5];
    if body.len() >= 4 {
        out.push(0x95);
        out.extend((body.len() as u64).to_le_bytes());
    }
    out.extend(body);
    Ok(out)
}

fn write(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), PickleError> {
    let below = depth.checked_sub(1).ok_or(PickleError::TooLarge)?;
    match value {
        Value::Null => out.push(b'N'),
        Value::Bool(true) => out.push(0x88),
        Value::Bool(false) => out.push(0x89),
        Value::Number(number) => write_number(out, number)?,
        Value::String(text) => write_text(out, text)?,
        Value::Array(items) => {
            out.push(b']');
            if !items.is_empty() {
                out.push(b'(');
                items.iter().try_for_each(|item| write(out, item, below))?;
                out.push(b'e');
            }
        }
        Value::Object(map) => write_map(out, map, below)?,
    }
    Ok(())
}

fn write_map(out: &mut Vec<u8>, map: &Map<String, Value>, below: usize) -> Result<(), PickleError> {
    out.push(b'}');
    if map.is_empty() {
        return Ok(());
    }
    out.push(b'(');
    for (key, item) in map {
        write_text(out, key)?;
        write(out, item, below)?;
    }
    out.push(b'u');
    Ok(())
}

fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), PickleError> {
    let length = u32::try_from(text.len()).map_err(|_| PickleError::NotJson)?;
    match u8::try_from(length) {
        Ok(short) => out.extend([0x8c, short]),
        Err(_) => {
            out.push(b'X');
            out.extend(length.to_le_bytes());
        }
    }
    out.extend(text.bytes());
    Ok(())
}

fn write_number(out: &mut Vec<u8>, number: &Number) -> Result<(), PickleError> {
    if number.is_f64() {
        out.push(b'G');
        out.extend(number.as_f64().ok_or(PickleError::NotJson)?.to_be_bytes());
        return Ok(());
    }
    let Some(integer) = number.as_i64() else { return write_long(out, number.as_str()) };
    if let Ok(byte) = u8::try_from(integer) {
        out.extend([b'K', byte]);
    } else if let Ok(short) = u16::try_from(integer) {
        out.push(b'M');
        out.extend(short.to_le_bytes());
    } else if let Ok(int) = i32::try_from(integer) {
        out.push(b'J');
        out.extend(int.to_le_bytes());
    } else {
        return write_long(out, number.as_str());
    }
    Ok(())
}

/// An integer as little-endian two's complement, as short as it can be.
fn write_long(out: &mut Vec<u8>, digits: &str) -> Result<(), PickleError> {
    let integer: BigInt = digits.parse().map_err(|_| PickleError::NotJson)?;
    let bytes = integer.to_signed_bytes_le();
    let length = u32::try_from(bytes.len()).map_err(|_| PickleError::TooLarge)?;
    match u8::try_from(length) {
        Ok(short) => out.extend([0x8a, short]),
        Err(_) => {
            out.push(0x8b);
            out.extend(length.to_le_bytes());
        }
    }
    out.extend(bytes);
    Ok(())
}
