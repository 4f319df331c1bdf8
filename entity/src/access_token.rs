//! Table `oauth2_provider_accesstoken` (oauth2_provider.models.AccessToken).

use sea_orm::entity::prelude::*;

use crate::time::DjangoTime;
use crate::value::{Resource, UserId};

#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth2_provider_accesstoken")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: Option<UserId>,
    pub source_refresh_token_id: Option<i64>,
    pub token: String,
    pub token_checksum: String,
    pub id_token_id: Option<i64>,
    pub application_id: Option<i64>,
    pub expires: DjangoTime,
    pub scope: String,
    pub resource: Resource,
    pub created: DjangoTime,
    pub updated: DjangoTime,
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
