//! Filters of `{% load tz %}`.
//! Django: `django.templatetags.tz`.

use chrono_tz::Tz;

use super::given;
use crate::env::Env;
use crate::error::Result;
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

pub(crate) fn localtime(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(in_zone(env, value, env.zone))
}

pub(crate) fn utc(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(in_zone(env, value, Tz::UTC))
}

pub(crate) fn timezone(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let zone = given(argument).as_str().and_then(|name| name.parse::<Tz>().ok());
    Ok(zone.map_or_else(Value::empty, |zone| in_zone(env, value, zone)))
}

fn in_zone(env: &Env, value: &Value, zone: Tz) -> Value {
    let Value::DateTime(moment) = value else { return Value::empty() };
    let aware = moment.make_aware(env.settings.default_time_zone).to_zone(zone);
    Value::DateTime(aware.fixed())
}
