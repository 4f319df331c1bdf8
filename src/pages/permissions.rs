//! `perms` (D-134): `perms.app.codename`, `perms.app`, `"app.codename" in perms`. Django: `PermWrapper`, `ModelBackend`.

use std::collections::BTreeSet;
use std::sync::Arc;

use django_template::{Object, Value};

/// What the visitor may do.
#[derive(Clone, Debug, Default)]
pub enum Permissions {
    /// Nobody is logged in, or the user is not active, or nobody asked.
    #[default]
    Nothing,
    /// `app.codename`.
    These(BTreeSet<String>),
    /// An active superuser; in lists those that exist.
    Everything(BTreeSet<String>),
}

impl Permissions {
    fn all(&self) -> Option<&BTreeSet<String>> {
        match self {
            Permissions::Nothing => None,
            Permissions::These(all) | Permissions::Everything(all) => Some(all),
        }
    }

    fn has(&self, permission: &str) -> bool {
        match self {
            Permissions::Nothing => false,
            Permissions::These(all) => all.contains(permission),
            Permissions::Everything(_) => true,
        }
    }

    fn has_app(&self, app: &str) -> bool {
        let of_app = |p: &String| p.split_once('.').is_some_and(|(label, _)| label == app);
        match self {
            Permissions::Nothing => false,
            Permissions::These(all) => all.iter().any(of_app),
            Permissions::Everything(_) => true,
        }
    }
}

struct Wrapper(Arc<Permissions>);

struct OfApp {
    permissions: Arc<Permissions>,
    app: String,
}

pub(super) fn value(permissions: &Permissions) -> Value {
    Value::object(Wrapper(Arc::new(permissions.clone())))
}

impl Object for Wrapper {
    fn get(&self, name: &str) -> Option<Value> {
        Some(Value::object(OfApp { permissions: Arc::clone(&self.0), app: name.to_owned() }))
    }

    fn display(&self) -> String {
        "PermWrapper".to_owned()
    }

    fn contains(&self, needle: &Value) -> Option<bool> {
        let name = needle.as_str()?;
        Some(if name.contains('.') { self.0.has(name) } else { self.0.has_app(name) })
    }
}

impl Object for OfApp {
    fn get(&self, name: &str) -> Option<Value> {
        Some(Value::Bool(self.permissions.has(&format!("{}.{name}", self.app))))
    }

    fn display(&self) -> String {
        match self.permissions.all().filter(|all| !all.is_empty()) {
            None => "set()".to_owned(),
            Some(all) => {
                format!("{{{}}}", all.iter().map(|p| format!("'{p}'")).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn contains(&self, _needle: &Value) -> Option<bool> {
        None
    }

    fn truthy(&self) -> bool {
        self.permissions.has_app(&self.app)
    }
}
