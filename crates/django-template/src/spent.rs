//! What one rendering has spent, and the error when it is too much.

use std::time::Instant;

use crate::error::{Error, Result};
use crate::options::Limits;
use crate::value::Value;

/// What an item of a list counts, in bytes.
const ITEM: usize = 64;
/// Bytes and steps between two looks at the clock.
const LOOK: usize = 1 << 16;

pub(crate) struct Spent {
    limits: Limits,
    steps: usize,
    work: usize,
    /// Of steps and work, since the clock was looked at.
    unseen: usize,
    begun: Instant,
}

impl Spent {
    pub fn new(limits: Limits) -> Spent {
        Spent { limits, steps: 0, work: 0, unseen: 0, begun: Instant::now() }
    }

    /// A tag or variable was rendered.
    pub fn step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps > self.limits.steps {
            return Err(Error::limit(format!("more than {} steps", self.limits.steps)));
        }
        self.look(ITEM)
    }

    /// A value was copied or made.
    pub fn work(&mut self, value: &Value) -> Result<()> {
        self.bytes(weight(value))
    }

    /// A loop goes over this: each character of a text is an item.
    pub fn items_of(&mut self, value: &Value) -> Result<()> {
        value.as_str().map_or(Ok(()), |text| self.bytes(text.len().saturating_mul(ITEM)))
    }

    fn bytes(&mut self, bytes: usize) -> Result<()> {
        self.work = self.work.saturating_add(bytes);
        if self.work > self.limits.work {
            let message = format!("variables and filters copied more than {} bytes", self.limits.work);
            return Err(Error::limit(message));
        }
        self.look(bytes)
    }

    fn look(&mut self, more: usize) -> Result<()> {
        self.unseen += more;
        if self.unseen < LOOK {
            return Ok(());
        }
        self.unseen = 0;
        if self.begun.elapsed() > self.limits.time {
            return Err(Error::limit(format!("the page takes longer than {:?}", self.limits.time)));
        }
        Ok(())
    }
}

fn weight(value: &Value) -> usize {
    match value {
        Value::Str(text) | Value::Safe(text) => text.len(),
        Value::List(items) | Value::Tuple(items) => items.iter().map(|item| ITEM + weight(item)).sum(),
        Value::Map(map) => map.iter().map(|(key, item)| ITEM + key.len() + weight(item)).sum(),
        _ => 0,
    }
}
