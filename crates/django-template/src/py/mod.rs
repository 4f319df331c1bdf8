//! Python's behaviour where a template shows it: text forms, numbers, comparison, HTML.

pub(crate) mod decimal;
pub(crate) mod entities;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod lookup;
pub(crate) mod markup;
pub(crate) mod number;
pub(crate) mod ops;
pub(crate) mod percent;
pub(crate) mod random;
pub(crate) mod repr;
pub(crate) mod text;
