//! Connections and transactions: on SQLite files of each journal mode, and on a server that ends its connections.

mod ended;
mod fake_postgres;
mod files;
