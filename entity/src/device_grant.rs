//! Table `oauth2_provider_devicegrant` (oauth2_provider.models.DeviceGrant).

use sea_orm::entity::prelude::*;

use crate::time::DjangoTime;
use crate::value::UserId;

#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth2_provider_devicegrant")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: Option<UserId>,
    pub device_code: String,
    pub user_code: String,
    pub scope: String,
    pub interval: i32,
    pub expires: DjangoTime,
    pub status: String,
    pub client_id: String,
    pub last_checked: DjangoTime,
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
