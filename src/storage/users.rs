//! Table auth_user.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::NotSet, EntityTrait, QueryFilter, Set};

use entity::user::{ActiveModel, Column, Entity, Model};
use entity::value::UserId;

use crate::failure::Failure;

use super::knows_layout::{AlsoDriver, KnowsLayout};
use super::rows::{self, SetIfThere, all, one};
/// # Errors
/// The database's own.
pub async fn find_by_username<C: KnowsLayout>(db: &C, username: &str) -> Result<Option<Model>, Failure> {
    if username.contains('\0') {
        return Ok(None);
    }
    one(db, db.find::<Entity>().filter(db.col(Column::Username).eq(username))).await
}

/// # Errors
/// The database's own.
pub async fn find_by_id<C: KnowsLayout>(db: &C, id: UserId) -> Result<Option<Model>, Failure> {
    // A session may hold anything; a database of another key type would call it an error.
    let layout = db.layout();
    let fits = match id {
        UserId::Int(_) => !layout.has_uuid_key,
        UserId::Uuid(_) => layout.has_uuid_key || layout.makes_uuid_key,
    };
    if !fits {
        return Ok(None);
    }
    one(db, db.find::<Entity>().filter(db.col(Column::Id).eq(id))).await
}

/// # Errors
/// The database's own.
pub async fn set_last_login<C: KnowsLayout>(db: &C, id: UserId, now: DateTime<Utc>) -> Result<(), Failure> {
    if !db.has(Column::LastLogin) {
        return Ok(());
    }
    let set = Entity::update_many().set_if_there(db, Column::LastLogin, now);
    rows::change(db, set.filter(db.col(Column::Id).eq(id))).await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn set_password<C: KnowsLayout>(db: &C, id: UserId, encoded: String) -> Result<(), Failure> {
    let set = Entity::update_many().set_if_there(db, Column::Password, encoded);
    rows::change(db, set.filter(db.col(Column::Id).eq(id))).await?;
    Ok(())
}

/// A user of another server: nothing but a name, and a password text that no password fits.
///
/// # Errors
/// A unique violation when the name is taken; else the database's own.
pub async fn insert_without_password<C: KnowsLayout>(
    db: &C,
    username: &str,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut row = superuser(db, username, "", String::new(), now);
    (row.is_superuser, row.is_staff) = (Set(false), Set(false));
    rows::insert_only(db, row).await
}

/// Inserts a superuser and answers nothing but success.
///
/// # Errors
/// A unique violation when the name is taken; else the database's own.
pub async fn insert_superuser<C: KnowsLayout>(
    db: &C,
    username: &str,
    email: &str,
    encoded: String,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    rows::insert_only(db, superuser(db, username, email, encoded, now)).await
}

fn superuser<C: KnowsLayout>(
    db: &C,
    username: &str,
    email: &str,
    encoded: String,
    now: DateTime<Utc>,
) -> ActiveModel {
    let id = if db.layout().makes_uuid_key { Set(UserId::Uuid(uuid::Uuid::new_v4())) } else { NotSet };
    ActiveModel {
        id,
        password: Set(encoded),
        last_login: Set(None),
        is_superuser: Set(true),
        username: Set(username.to_owned()),
        first_name: Set(String::new()),
        last_name: Set(String::new()),
        email: Set(email.to_owned()),
        is_staff: Set(true),
        is_active: Set(true),
        date_joined: Set(now.into()),
    }
}

/// Columns of one user to be changed; None stays.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub username: Option<String>,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub is_active: Option<bool>,
    pub is_staff: Option<bool>,
    pub is_superuser: Option<bool>,
}

impl Change {
    fn values(self) -> Vec<(Column, sea_orm::Value)> {
        let texts = [
            (Column::Username, self.username),
            (Column::Email, self.email),
            (Column::FirstName, self.first_name),
            (Column::LastName, self.last_name),
        ];
        let flags = [
            (Column::IsActive, self.is_active),
            (Column::IsStaff, self.is_staff),
            (Column::IsSuperuser, self.is_superuser),
        ];
        let texts = texts.into_iter().filter_map(|(column, text)| Some((column, text?.into())));
        texts.chain(flags.into_iter().filter_map(|(column, flag)| Some((column, flag?.into())))).collect()
    }
}

/// Columns that a change names and the table has not.
pub fn absent_columns<C: KnowsLayout>(db: &C, change: &Change) -> Vec<&'static str> {
    let flags = [
        ("email", change.email.is_some(), Column::Email),
        ("first_name", change.first_name.is_some(), Column::FirstName),
        ("last_name", change.last_name.is_some(), Column::LastName),
        ("is_active", change.is_active.is_some(), Column::IsActive),
        ("is_staff", change.is_staff.is_some(), Column::IsStaff),
        ("is_superuser", change.is_superuser.is_some(), Column::IsSuperuser),
    ];
    flags.into_iter().filter(|(_, named, column)| *named && !db.has(*column)).map(|(name, ..)| name).collect()
}

/// # Errors
/// A unique violation when the name is taken; else the database's own.
pub async fn change<C: KnowsLayout>(db: &C, id: UserId, change: Change) -> Result<(), Failure> {
    let mut update = Entity::update_many();
    for (column, value) in change.values() {
        update = update.set_if_there(db, column, value);
    }
    rows::change(db, update.filter(db.col(Column::Id).eq(id))).await?;
    Ok(())
}

/// Every user, by name.
///
/// # Errors
/// The database's own.
pub async fn list_all<C: AlsoDriver>(db: &C) -> Result<Vec<Model>, Failure> {
    let mut users = all(db, db.find::<Entity>()).await?;
    users.sort_by(|a, b| a.username.cmp(&b.username));
    Ok(users)
}
