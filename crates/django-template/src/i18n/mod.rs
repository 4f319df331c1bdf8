//! Languages: catalogues, formats, names.
//! Django: `django.utils.translation`, `django.utils.formats`.

pub mod catalogue;
pub(crate) mod formats;
pub mod languages;
pub(crate) mod localize;
pub mod mo;
pub mod negotiate;
pub(crate) mod plural;
