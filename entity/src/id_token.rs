//! Table `oauth2_provider_idtoken` (oauth2_provider.models.IDToken).

use sea_orm::entity::prelude::*;

use crate::time::DjangoTime;
use crate::value::{DjangoUuid, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth2_provider_idtoken")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: Option<UserId>,
    pub jti: DjangoUuid,
    pub application_id: Option<i64>,
    pub expires: DjangoTime,
    pub scope: String,
    pub created: DjangoTime,
    pub updated: DjangoTime,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
