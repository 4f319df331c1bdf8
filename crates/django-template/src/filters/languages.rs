//! Filters of `{% load i18n %}` and `{% load l10n %}`.
//! Django: `language_name` and its siblings, `localize`, `unlocalize`.

use crate::env::Env;
use crate::error::{Error, Result};
use crate::i18n::languages::{LanguageInfo, language_info};
use crate::i18n::localize::{localize_value, plain};
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

fn info(value: &Value) -> Result<LanguageInfo> {
    let code = value.display();
    language_info(&code).ok_or_else(|| Error::value(format!("Unknown language code {code}.")))
}

pub(crate) fn name(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(info(value)?.name.into())
}

pub(crate) fn name_translated(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(env.gettext(info(value)?.name).into())
}

pub(crate) fn name_local(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(info(value)?.name_local.into())
}

pub(crate) fn bidi(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(info(value)?.bidi.into())
}

pub(crate) fn localize(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(text(localize_value(env, value.clone(), true)))
}

pub(crate) fn unlocalize(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(text(plain(env, value.clone())))
}

fn text(value: Value) -> Value {
    match value {
        Value::Safe(_) => value,
        other => Value::Str(other.display()),
    }
}
