//! Tables auth_permission, auth_user_user_permissions, auth_user_groups, auth_group_permissions, auth_group: in which
//! groups a user is, and what the user may do.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Order, Query, SelectStatement};

use entity::value::UserId;

use crate::failure::Failure;

use super::access::Access;
use super::knows_layout::KnowsLayout;

fn column(table: &str, column: &str) -> Expr {
    Expr::col((Alias::new(table), Alias::new(column)))
}

fn own(user: UserId) -> SelectStatement {
    let table = "auth_user_user_permissions";
    let mut select = Query::select();
    select.expr(column(table, "permission_id")).from(Alias::new(table));
    select.and_where(column(table, "user_id").eq(user)).take()
}

fn by_groups(user: UserId) -> SelectStatement {
    let (held, of) = ("auth_group_permissions", "auth_user_groups");
    let mut select = Query::select();
    select.expr(column(held, "permission_id")).from(Alias::new(held));
    select.inner_join(
        Alias::new(of),
        column(of, "group_id").equals((Alias::new(held), Alias::new("group_id"))),
    );
    select.and_where(column(of, "user_id").eq(user)).take()
}

/// `app.codename` of every permission that the user or one of the groups has. Django: `ModelBackend.get_all_permissions`.
///
/// # Errors
/// The database's own.
pub async fn list_of_user<C: ConnectionTrait>(db: &C, user: UserId) -> Result<BTreeSet<String>, Failure> {
    let (permission, content) = ("auth_permission", "django_content_type");
    let id = || column(permission, "id");
    let mut select = Query::select();
    select.expr(column(content, "app_label")).expr(column(permission, "codename"));
    select.from(Alias::new(permission)).inner_join(
        Alias::new(content),
        column(permission, "content_type_id").equals((Alias::new(content), Alias::new("id"))),
    );
    let held = Condition::any().add(id().in_subquery(own(user))).add(id().in_subquery(by_groups(user)));
    select.cond_where(held);
    let rows = db.query_all(&select).await?;
    let pair = |row: &sea_orm::QueryResult| -> Result<String, Failure> {
        Ok(format!("{}.{}", row.try_get_by::<String, _>(0)?, row.try_get_by::<String, _>(1)?))
    };
    rows.iter().map(pair).collect()
}

/// The names of the user's groups, in the order of their keys.
///
/// # Errors
/// The database's own.
pub async fn list_groups<C: KnowsLayout>(db: &C, user: UserId) -> Result<Vec<String>, Failure> {
    let Some((held, of)) = &db.layout().memberships else { return Ok(Vec::new()) };
    let group = "auth_group";
    let mut select = Query::select();
    select.expr_as(column(group, "name"), Alias::new("name")).from(Alias::new(group));
    select
        .inner_join(Alias::new(held), column(held, "group_id").equals((Alias::new(group), Alias::new("id"))));
    select.and_where(column(held, of).eq(user)).order_by((Alias::new(group), Alias::new("id")), Order::Asc);
    let rows = db.connection().rows(db.statement(&select)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?)
}
