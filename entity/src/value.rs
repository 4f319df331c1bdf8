//! Newtypes over columns whose database type differs from engine to engine or from project to project.

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value};
use uuid::Uuid;

/// The primary key of `AUTH_USER_MODEL`: int4, bigint or UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserId {
    Int(i64),
    Uuid(Uuid),
}

impl std::fmt::Display for UserId {
    /// As Django writes it into `_auth_user_id`: digits, or a dashed UUID.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            UserId::Int(n) => write!(f, "{n}"),
            UserId::Uuid(u) => write!(f, "{u}"),
        }
    }
}

impl std::str::FromStr for UserId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(n) = text.parse() {
            return Ok(UserId::Int(n));
        }
        Uuid::parse_str(text).map(UserId::Uuid).map_err(|_| ())
    }
}

impl From<UserId> for Value {
    fn from(id: UserId) -> Value {
        match id {
            UserId::Int(n) => Value::BigInt(Some(n)),
            UserId::Uuid(u) => u.into(),
        }
    }
}

impl TryGetable for UserId {
    fn try_get_by<I: ColIdx>(res: &QueryResult, index: I) -> Result<Self, TryGetError> {
        // PostgreSQL refuses to read int4 as i64, so both widths are tried before the texts of a UUID.
        match i64::try_get_by(res, index) {
            Ok(n) => return Ok(UserId::Int(n)),
            Err(TryGetError::Null(column)) => return Err(TryGetError::Null(column)),
            Err(TryGetError::DbErr(_)) => {}
        }
        if let Ok(n) = i32::try_get_by(res, index) {
            return Ok(UserId::Int(n.into()));
        }
        DjangoUuid::try_get_by(res, index).map(|u| UserId::Uuid(u.0))
    }
}

impl ValueType for UserId {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        match value {
            Value::BigInt(Some(n)) => Ok(UserId::Int(n)),
            Value::Int(Some(n)) => Ok(UserId::Int(n.into())),
            other => <Uuid as ValueType>::try_from(other).map(UserId::Uuid),
        }
    }

    fn type_name() -> String {
        "UserId".into()
    }

    fn array_type() -> ArrayType {
        ArrayType::BigInt
    }

    fn column_type() -> ColumnType {
        ColumnType::BigInteger
    }
}

impl Nullable for UserId {
    fn null() -> Value {
        Value::BigInt(None)
    }
}

/// A Django `UUIDField`: native on PostgreSQL (and newer MariaDB), 32 hex digits elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DjangoUuid(pub Uuid);

impl From<DjangoUuid> for Value {
    fn from(id: DjangoUuid) -> Value {
        id.0.into()
    }
}

impl TryGetable for DjangoUuid {
    fn try_get_by<I: ColIdx>(res: &QueryResult, index: I) -> Result<Self, TryGetError> {
        match Uuid::try_get_by(res, index) {
            Ok(u) => Ok(DjangoUuid(u)),
            Err(TryGetError::Null(column)) => Err(TryGetError::Null(column)),
            Err(TryGetError::DbErr(_)) => {
                let text = String::try_get_by(res, index)?;
                Uuid::parse_str(&text)
                    .map(DjangoUuid)
                    .map_err(|e| TryGetError::DbErr(DbErr::Type(format!("not a UUID: {e}"))))
            }
        }
    }
}

impl ValueType for DjangoUuid {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Uuid as ValueType>::try_from(value).map(DjangoUuid)
    }

    fn type_name() -> String {
        "DjangoUuid".into()
    }

    fn array_type() -> ArrayType {
        ArrayType::Uuid
    }

    fn column_type() -> ColumnType {
        ColumnType::Uuid
    }
}

impl Nullable for DjangoUuid {
    fn null() -> Value {
        <Uuid as Nullable>::null()
    }
}

/// RFC 8707 `resource` as DOT's JSONField keeps it: a JSON array of texts; `[]` means unrestricted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource(pub Vec<String>);

impl From<Resource> for Value {
    fn from(resource: Resource) -> Value {
        serde_json::Value::from(resource.0).into()
    }
}

impl From<serde_json::Value> for Resource {
    /// A row written by others may hold something else than a list; its texts are what counts.
    fn from(json: serde_json::Value) -> Resource {
        Resource(match json {
            serde_json::Value::Array(items) => {
                items.into_iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
            }
            serde_json::Value::String(one) => vec![one],
            _ => Vec::new(),
        })
    }
}

impl TryGetable for Resource {
    fn try_get_by<I: ColIdx>(res: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let json = match serde_json::Value::try_get_by(res, index) {
            Ok(json) => json,
            Err(TryGetError::Null(column)) => return Err(TryGetError::Null(column)),
            Err(TryGetError::DbErr(_)) => {
                let text = String::try_get_by(res, index)?;
                // Django's JSONField hands out a text that is no JSON as it is; a restriction stays one.
                serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))
            }
        };
        Ok(json.into())
    }
}

impl ValueType for Resource {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <serde_json::Value as ValueType>::try_from(value).map(Resource::from)
    }

    fn type_name() -> String {
        "Resource".into()
    }

    fn array_type() -> ArrayType {
        ArrayType::Json
    }

    fn column_type() -> ColumnType {
        ColumnType::JsonBinary
    }
}

impl Nullable for Resource {
    fn null() -> Value {
        <serde_json::Value as Nullable>::null()
    }
}

impl sea_orm::TryFromU64 for UserId {
    fn try_from_u64(n: u64) -> Result<Self, DbErr> {
        <i64 as std::convert::TryFrom<u64>>::try_from(n)
            .map(UserId::Int)
            .map_err(|_| DbErr::Type("user id out of range".into()))
    }
}
