//! Table `oauth2_provider_refreshtoken` (oauth2_provider.models.RefreshToken).

use sea_orm::entity::prelude::*;

use crate::time::DjangoTime;
use crate::value::{DjangoUuid, Resource, UserId};

#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth2_provider_refreshtoken")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: UserId,
    pub token: String,
    pub token_checksum: String,
    pub application_id: i64,
    pub access_token_id: Option<i64>,
    pub token_family: Option<DjangoUuid>,
    pub resource: Resource,
    pub created: DjangoTime,
    pub updated: DjangoTime,
    pub revoked: Option<DjangoTime>,
}

impl std::fmt::Debug for Model {
    /// Says which row it is, never what it holds: rows carry secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
