//! Pickles of plain data, as the `cache` and `cached_db` session engines store them (Python's `pickle`, protocols 2
//! to 5). Nothing is ever executed: a pickle that names a class or function is an error.

mod reader;
mod writer;

pub use reader::loads;
pub use writer::dumps;

/// The most bytes, objects and levels a pickle may have.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The most objects, counting one that is used twice as two.
pub const MAX_OBJECTS: usize = 1_000_000;
/// The deepest nesting.
pub const MAX_DEPTH: usize = 100;

/// The longest integer: 4300 digits, beyond which Python itself makes no text of it.
pub const MAX_INTEGER_BYTES: usize = 1785;

/// Why a pickle is not read. Such a value must never be rewritten: part of it would be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// An opcode (held here) for classes, calls, bytes, sets or old protocols: not plain data.
    #[error("pickle opcode 0x{0:02x} is not plain data")]
    ForeignOpcode(u8),
    /// It ends early or its stack does not fit.
    #[error("pickle is malformed")]
    Malformed,
    /// Plain, but not to be held as JSON: keys that are no text, NaN.
    #[error("pickle holds a value that JSON cannot")]
    NotJson,
    /// Over [`MAX_BYTES`], [`MAX_OBJECTS`] or [`MAX_DEPTH`] (a list within itself is).
    #[error("pickle is too large")]
    TooLarge,
}
