//! What exists for a SQLite file only: the ways around the driver. The ways, their invariants and what each buys:
//! README.md in this folder.

mod brief;
mod direct;
mod file;
mod plain;
#[cfg(test)]
mod tests;
mod writer;

pub use brief::FileTx;
pub use direct::Direct;
pub use file::{File, Wanted};
pub use plain::Plain;
pub use writer::Writer;
