//! The tags of `{% load i18n %}`.
//! Django: `django.templatetags.i18n`.

pub(crate) mod block;
pub(crate) mod info;
pub(crate) mod translate;
