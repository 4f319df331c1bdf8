//! Table `django_session` (django.contrib.sessions.models.Session).

use sea_orm::entity::prelude::*;

use crate::time::DjangoTime;

#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "django_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_key: String,
    pub session_data: String,
    pub expire_date: DjangoTime,
}

impl std::fmt::Debug for Model {
    /// Never the key nor the data: both open the session.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
