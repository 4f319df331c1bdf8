//! The parameters of a request, as `request.GET` and `request.POST` show them.
//! Django: `QueryDict`.

use crate::py::text::quote_plus;
use crate::value::{Object, Value};

/// Names with one or more values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryDict {
    lists: Vec<(String, Vec<String>)>,
}

impl QueryDict {
    pub fn new(pairs: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let mut dict = QueryDict::default();
        for (name, value) in pairs {
            let name = name.into();
            match dict.lists.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value.into()),
                None => dict.lists.push((name, vec![value.into()])),
            }
        }
        dict
    }

    fn last(values: &[String]) -> Value {
        values.last().map_or(Value::List(Vec::new()), Value::from)
    }

    /// `a=1&b=2`.
    pub fn urlencode(&self) -> String {
        let pairs = self.lists.iter().flat_map(|(name, values)| {
            values.iter().map(move |v| format!("{}={}", quote_plus(name), quote_plus(v)))
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

impl Object for QueryDict {
    fn get(&self, name: &str) -> Option<Value> {
        if let Some((_, values)) = self.lists.iter().find(|(known, _)| known == name) {
            return Some(QueryDict::last(values));
        }
        let pairs = |value: fn(&Vec<String>) -> Value| {
            Value::List(self.lists.iter().map(|(n, v)| Value::Tuple(vec![n.into(), value(v)])).collect())
        };
        match name {
            "items" => Some(pairs(|v| QueryDict::last(v))),
            "lists" => Some(pairs(|v| Value::List(v.iter().map(Value::from).collect()))),
            "keys" => Some(Value::List(self.lists.iter().map(|(n, _)| n.into()).collect())),
            "values" => Some(Value::List(self.lists.iter().map(|(_, v)| QueryDict::last(v)).collect())),
            "urlencode" => Some(self.urlencode().into()),
            "dict" => Some(self.lists.iter().map(|(n, v)| (n.as_str(), QueryDict::last(v))).collect()),
            _ => None,
        }
    }

    fn display(&self) -> String {
        let list = |values: &[String]| {
            values.iter().map(|v| django::python::quoted(v)).collect::<Vec<_>>().join(", ")
        };
        let pairs: Vec<_> =
            self.lists.iter().map(|(n, v)| format!("{}: [{}]", django::python::quoted(n), list(v))).collect();
        format!("<QueryDict: {{{}}}>", pairs.join(", "))
    }

    fn iter(&self) -> Option<Vec<Value>> {
        Some(self.lists.iter().map(|(name, _)| Value::from(name)).collect())
    }
}
