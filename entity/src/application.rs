//! Table `oauth2_provider_application` (oauth2_provider.models.Application).

use sea_orm::entity::prelude::*;

use crate::time::DjangoTime;
use crate::value::UserId;

#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth2_provider_application")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub client_id: String,
    pub user_id: Option<UserId>,
    pub redirect_uris: String,
    pub post_logout_redirect_uris: String,
    pub client_type: String,
    pub authorization_grant_type: String,
    pub client_secret: String,
    pub hash_client_secret: bool,
    pub name: String,
    pub skip_authorization: bool,
    pub created: DjangoTime,
    pub updated: DjangoTime,
    pub algorithm: String,
    pub allowed_origins: String,
    pub registration_source: String,
    pub cimd_expires_at: Option<DjangoTime>,
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
