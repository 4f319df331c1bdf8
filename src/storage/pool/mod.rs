//! The connections of one database. A statement outside a transaction is asked once more when the server had ended
//! the connection; on SQLite one connection writes and the others read, and what is short goes around the driver.

mod brief;
mod connection;
mod connection_pool;
mod pooler;
mod pools;
mod source;
#[cfg(test)]
mod tests;
mod transaction;

pub use brief::Brief;
pub use connection::{Ask, Connection};
pub use pooler::look;
pub use pools::Pools;
pub use source::{Dial, Server, Source};
pub use transaction::Open;
