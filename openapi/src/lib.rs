//! What is on the wire: the documented shapes of requests and answers, and the page that shows them.

pub mod json;
pub mod shapes;
pub mod swagger;

pub use json::{DjangoJson, ErrorJson, ExtendedJson};
