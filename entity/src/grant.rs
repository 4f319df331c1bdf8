//! Table `oauth2_provider_grant` (oauth2_provider.models.Grant).

use sea_orm::entity::prelude::*;

use crate::time::DjangoTime;
use crate::value::{Resource, UserId};

#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth2_provider_grant")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: UserId,
    pub code: String,
    pub application_id: i64,
    pub expires: DjangoTime,
    pub redirect_uri: String,
    pub scope: String,
    pub created: DjangoTime,
    pub updated: DjangoTime,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub nonce: String,
    pub claims: String,
    pub resource: Resource,
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
