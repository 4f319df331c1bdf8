//! What is on the wire: the documented shapes of requests and answers, and the page that shows them.

mod differences;
pub mod document;
mod examples;
mod facts;
mod grants;
mod items;
pub mod json;
mod machine;
mod paths;
mod security;
pub mod shapes;
pub mod swagger;

pub use facts::{DescribedFlow, DescribedUrl, Facts};
pub use json::{DjangoJson, ErrorJson, ExtendedJson};
