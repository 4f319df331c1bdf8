//! What templates look up of users and applications in columns of the project's own (`[server.user.shown]`).

use django_template::{Map, Value};

use entity::value::UserId;

use crate::settings::shown::{Kind, Shown};

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
pub fn values<'a>(shown: impl Iterator<Item = &'a Shown>, texts: Vec<Option<String>>) -> Map {
    shown.zip(texts).map(|(shown, text)| (shown.name.clone(), value(shown, text))).collect()
}

fn value(shown: &Shown, text: Option<String>) -> Value {
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
        (Kind::Text, Some(text)) => Value::Str(text),
    }
}
