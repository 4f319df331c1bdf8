//! The Django template language, rendered as Django 5.2 renders it.
//!
#![doc = include_str!("../README.md")]

mod bindings;
mod check;
mod context;
mod engine;
mod env;
mod error;
mod expr;
mod filters;
pub mod forms;
pub mod i18n;
mod lexer;
mod library;
mod loader;
mod lookups;
mod moment;
mod node;
mod options;
mod parser;
mod problems;
mod py;
mod query;
mod render;
mod spent;
mod tags;
mod value;

pub use check::{Finding, Warning};
pub use chrono_tz::Tz;
pub use context::Context;
pub use engine::{Engine, FragmentCache, Urls};
pub use error::{Error, Kind, Place};
pub use filters::Arity;
pub use i18n::catalogue::Catalogues;
pub use i18n::mo::Mo;
pub use library::Library;
pub use loader::{Chain, Directories, Loader, Memory, Source};
pub use lookups::Lookups;
pub use moment::Moment;
pub use options::{Limits, Options, Settings};
pub use py::html::{conditional_escape, escape};
pub use query::QueryDict;
pub use value::{Map, Object, Value};
