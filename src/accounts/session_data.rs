//! What a session holds, wherever it is kept.

use serde_json::{Map, Value};

pub type Data = Map<String, Value>;

/// What a cookie's value stands for.
pub enum Loaded {
    /// No session: the key is forgotten.
    Absent,
    Found(Data),
    /// Whole, but with Python objects in it: nobody for us, and never written over (D-25).
    Foreign,
    /// Not usable; Django puts an empty one in its place at once. With a key that stays.
    Renewed(Option<String>),
}
