//! Reads a pickle of plain data (`pickle.loads`), objects in an arena so that the memo may point at unfinished ones.

use num_bigint::BigInt;

use super::{MAX_BYTES, MAX_DEPTH, MAX_INTEGER_BYTES, MAX_OBJECTS, PickleError};
use serde_json::{Map, Number, Value};
use std::collections::HashMap;

/// The value of a pickle; tuples become lists.
///
/// # Errors
/// Any [`PickleError`].
pub fn loads(bytes: &[u8]) -> Result<Value, PickleError> {
    if bytes.len() > MAX_BYTES {
        return Err(PickleError::TooLarge);
    }
    let mut reader = Reader { input: bytes, ..Reader::default() };
    while let Some(opcode) = reader.next_opcode()? {
        reader.step(opcode)?;
    }
    let root = reader.pop()?;
    let mut left = MAX_OBJECTS * OBJECT_COST;
    reader.to_value(root, MAX_DEPTH, &mut left)
}

/// What an object takes from the budget; a text takes its length as well.
const OBJECT_COST: usize = 32;

enum Node {
    Leaf(Value),
    List(Vec<usize>),
    /// Keys and values by turns.
    Dict(Vec<usize>),
}

#[derive(Default)]
struct Reader<'a> {
    input: &'a [u8],
    nodes: Vec<Node>,
    stack: Vec<usize>,
    marks: Vec<usize>,
    memo: HashMap<u32, usize>,
}

type Done = Result<(), PickleError>;

impl Reader<'_> {
    /// The next opcode, `None` at STOP.
    fn next_opcode(&mut self) -> Result<Option<u8>, PickleError> {
        let opcode = self.array::<1>()?[0];
        Ok((opcode != b'.').then_some(opcode))
    }

    fn step(&mut self, opcode: u8) -> Done {
        match opcode {
            0x80 => self.protocol(),
            0x95 => self.array::<8>().map(drop),
            b'(' => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'0' => self.pop().map(drop),
            b'N' => self.leaf(Value::Null),
            0x88 => self.leaf(Value::Bool(true)),
            0x89 => self.leaf(Value::Bool(false)),
            b'J' | b'K' | b'M' | 0x8a | 0x8b => self.integer(opcode),
            b'G' => self.float(),
            b'X' | 0x8c | 0x8d => self.text(opcode),
            b']' | b')' => self.push(Node::List(Vec::new())),
            b'}' => self.push(Node::Dict(Vec::new())),
            b'l' | b't' | b'd' | 0x85 | 0x86 | 0x87 => self.collect(opcode),
            b'a' | b'e' | b's' | b'u' => self.extend(opcode),
            0x94 | b'q' | b'r' => self.remember(opcode),
            b'h' | b'j' => self.recall(opcode),
            foreign => Err(PickleError::ForeignOpcode(foreign)),
        }
    }

    fn protocol(&mut self) -> Done {
        let [version] = self.array()?;
        if (2..=5).contains(&version) { Ok(()) } else { Err(PickleError::Malformed) }
    }

    fn take(&mut self, count: usize) -> Result<&[u8], PickleError> {
        let (head, tail) = self.input.split_at_checked(count).ok_or(PickleError::Malformed)?;
        self.input = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        self.take(N)?.try_into().map_err(|_| PickleError::Malformed)
    }

    fn length(&mut self) -> Result<usize, PickleError> {
        usize::try_from(u32::from_le_bytes(self.array()?)).map_err(|_| PickleError::TooLarge)
    }

    fn push(&mut self, node: Node) -> Done {
        if self.nodes.len() >= MAX_OBJECTS {
            return Err(PickleError::TooLarge);
        }
        self.stack.push(self.nodes.len());
        self.nodes.push(node);
        Ok(())
    }

    fn leaf(&mut self, value: Value) -> Done {
        self.push(Node::Leaf(value))
    }

    /// The top object; nothing below an open mark may be taken.
    fn pop(&mut self) -> Result<usize, PickleError> {
        if self.stack.len() <= self.marks.last().copied().unwrap_or(0) {
            return Err(PickleError::Malformed);
        }
        self.stack.pop().ok_or(PickleError::Malformed)
    }

    fn since_mark(&mut self) -> Result<Vec<usize>, PickleError> {
        let mark = self.marks.pop().ok_or(PickleError::Malformed)?;
        if mark > self.stack.len() {
            return Err(PickleError::Malformed);
        }
        Ok(self.stack.split_off(mark))
    }

    fn top(&self, count: usize) -> Result<usize, PickleError> {
        self.stack.len().checked_sub(count).ok_or(PickleError::Malformed)
    }

    fn integer(&mut self, opcode: u8) -> Done {
        let number = match opcode {
            b'J' => Number::from(i32::from_le_bytes(self.array()?)),
            b'K' => Number::from(u8::from_le_bytes(self.array()?)),
            b'M' => Number::from(u16::from_le_bytes(self.array()?)),
            _ => {
                let count = if opcode == 0x8a { usize::from(self.array::<1>()?[0]) } else { self.length()? };
                long(self.take(count)?)?
            }
        };
        self.leaf(Value::Number(number))
    }

    fn float(&mut self) -> Done {
        let float = f64::from_be_bytes(self.array()?);
        self.leaf(Value::Number(Number::from_f64(float).ok_or(PickleError::NotJson)?))
    }

    fn text(&mut self, opcode: u8) -> Done {
        let count = match opcode {
            0x8c => usize::from(self.array::<1>()?[0]),
            b'X' => self.length()?,
            _ => usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| PickleError::TooLarge)?,
        };
        // Python can pickle lone surrogates, which are no UTF-8.
        let text = std::str::from_utf8(self.take(count)?).map_err(|_| PickleError::NotJson)?.to_owned();
        self.leaf(Value::String(text))
    }

    fn collect(&mut self, opcode: u8) -> Done {
        let items = match opcode {
            0x85..=0x87 => {
                let at = self.top(usize::from(opcode - 0x84))?;
                if at < self.marks.last().copied().unwrap_or(0) {
                    return Err(PickleError::Malformed);
                }
                self.stack.split_off(at)
            }
            _ => self.since_mark()?,
        };
        if opcode != b'd' {
            return self.push(Node::List(items));
        }
        if items.len() % 2 == 0 { self.push(Node::Dict(items)) } else { Err(PickleError::Malformed) }
    }

    fn extend(&mut self, opcode: u8) -> Done {
        let items = match opcode {
            b'a' => vec![self.pop()?],
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                vec![key, value]
            }
            _ => self.since_mark()?,
        };
        let target = *self.stack.last().ok_or(PickleError::Malformed)?;
        match (self.nodes.get_mut(target), opcode) {
            (Some(Node::List(list)), b'a' | b'e') => list.extend(items),
            (Some(Node::Dict(dict)), b's' | b'u') if items.len() % 2 == 0 => dict.extend(items),
            _ => return Err(PickleError::Malformed),
        }
        Ok(())
    }

    fn remember(&mut self, opcode: u8) -> Done {
        let slot = match opcode {
            b'q' => u32::from(self.array::<1>()?[0]),
            b'r' => u32::from_le_bytes(self.array()?),
            _ => u32::try_from(self.memo.len()).map_err(|_| PickleError::TooLarge)?,
        };
        let object = *self.stack.last().ok_or(PickleError::Malformed)?;
        self.memo.insert(slot, object);
        Ok(())
    }

    fn recall(&mut self, opcode: u8) -> Done {
        let slot =
            if opcode == b'h' { u32::from(self.array::<1>()?[0]) } else { u32::from_le_bytes(self.array()?) };
        self.stack.push(*self.memo.get(&slot).ok_or(PickleError::Malformed)?);
        Ok(())
    }

    /// `left` counts down objects and text, so that shared ones cannot grow without end.
    fn to_value(&self, node: usize, depth: usize, left: &mut usize) -> Result<Value, PickleError> {
        let below = depth.checked_sub(1).ok_or(PickleError::TooLarge)?;
        *left = left.checked_sub(OBJECT_COST).ok_or(PickleError::TooLarge)?;
        match self.nodes.get(node).ok_or(PickleError::Malformed)? {
            Node::Leaf(value) => {
                let text = value.as_str().unwrap_or_default();
                *left = left.checked_sub(text.len()).ok_or(PickleError::TooLarge)?;
                Ok(value.clone())
            }
            Node::List(items) => items.iter().map(|&item| self.to_value(item, below, left)).collect(),
            Node::Dict(items) => {
                let mut map = Map::new();
                for pair in items.chunks_exact(2) {
                    let Some(Node::Leaf(Value::String(key))) = self.nodes.get(pair[0]) else {
                        return Err(PickleError::NotJson);
                    };
                    *left = left.checked_sub(key.len()).ok_or(PickleError::TooLarge)?;
                    map.insert(key.clone(), self.to_value(pair[1], below, left)?);
                }
                Ok(Value::Object(map))
            }
        }
    }
}

/// The integer of little-endian two's complement bytes, none of them for 0.
fn long(bytes: &[u8]) -> Result<Number, PickleError> {
    if bytes.len() > MAX_INTEGER_BYTES {
        return Err(PickleError::TooLarge);
    }
    BigInt::from_signed_bytes_le(bytes).to_string().parse().map_err(|_| PickleError::NotJson)
}
