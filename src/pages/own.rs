//! What templates look up of users and applications in columns of the project's own (`[server.user.shown]`).

use chrono::NaiveDateTime;
use django_template::{Map, Moment, Value};

use entity::value::UserId;

use crate::settings::shown::{Kind, Shown};
use crate::settings::{Engine, Settings};

use super::row::Row;

/// The values that were read for one page, by the keys of the rows.
#[derive(Clone, Debug, Default)]
pub struct Own {
    pub applications: Vec<(i64, Map)>,
    pub users: Vec<(UserId, Map)>,
}

/// The rows of a page.
#[derive(Default)]
pub struct Keys {
    pub applications: Vec<i64>,
    pub users: Vec<UserId>,
}

impl Own {
    pub(super) fn of_application(&self, id: i64) -> Option<&Map> {
        self.applications.iter().find(|(known, _)| *known == id).map(|(_, values)| values)
    }

    pub(super) fn of_user(&self, id: UserId) -> Option<&Map> {
        self.users.iter().find(|(known, _)| *known == id).map(|(_, values)| values)
    }
}

/// The values of a row, from the texts of its columns.
pub fn values<'a>(
    settings: &Settings,
    shown: impl Iterator<Item = &'a Shown>,
    texts: Vec<Option<String>>,
) -> Map {
    shown.zip(texts).map(|(shown, text)| (shown.name.clone(), value(settings, shown, text))).collect()
}

/// A text that is not what its column says is shown as it is.
fn value(settings: &Settings, shown: &Shown, text: Option<String>) -> Value {
    match (shown.kind, text) {
        (Kind::File, None) => "".into(),
        // Differs from Django: the `url` of a column without a file is empty; there it is a 500.
        (Kind::File, Some(path)) if path.is_empty() => "".into(),
        (Kind::File, Some(path)) => {
            let url = format!("{}{}", shown.url, django::urls::quote(&path, "/~!*()'"));
            Row::new(&path).with("url", url).with("name", path).into_value()
        }
        (_, None) => Value::None,
        (Kind::Flag, Some(text)) => Value::Bool(["1", "t", "true"].contains(&text.as_str())),
        (Kind::Number, Some(text)) => text.parse::<i64>().map_or(Value::Str(text), Value::Int),
        (Kind::Float, Some(text)) => text.parse().map_or(Value::Str(text), Value::Float),
        (Kind::Date, Some(text)) => text.parse().map_or(Value::Str(text), Value::Date),
        (Kind::Time, Some(text)) => match NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f") {
            Ok(read) => Value::DateTime(moment(settings, read)),
            Err(_) => Value::Str(text),
        },
        (Kind::Uuid, Some(text)) => {
            Value::Str(uuid::Uuid::parse_str(&text).map_or(text, |uuid| uuid.to_string()))
        }
        (Kind::Text, Some(text)) => Value::Str(text),
    }
}

/// A time that the database gave in UTC, or, with USE_TZ = False, as the wall clock of TIME_ZONE.
fn moment(settings: &Settings, read: NaiveDateTime) -> Moment {
    let zone = &settings.django.time_zone;
    match (zone.use_tz, settings.database.engine) {
        (true, _) => Moment::utc(read.and_utc()),
        (false, Engine::Postgres) => Moment::naive(Moment::in_zone(read.and_utc(), zone.zone).local()),
        (false, _) => Moment::naive(read),
    }
}
