//! The connections of one database. A statement outside a transaction is asked once more when the server had ended
//! the connection; on SQLite one connection writes and the others read, and what is short goes around the driver.

mod brief;
mod connection;
mod connection_pool;
mod pools;
#[cfg(test)]
mod tests;
mod transaction;

pub use brief::Brief;
pub use connection_pool::Source;
pub use pools::Pools;
pub use transaction::Open;
