//! Roles held, roles there are, and the rights that they bring.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Idem, Json, Path};
use serde::Serialize;
use utoipa::ToSchema;

use super::id;
use crate::role::{Role, ScopeKind};
use crate::{Grant, NewGrant, acts, grants_of, store};

/// A role.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoleView {
    /// As it is sent and written in files.
    pub key: Role,
    /// As pages write it.
    pub title: String,
    /// For what it is held.
    pub scope: ScopeKind,
    /// Keys of the rights that it brings where it is held.
    #[schema(schema_with = keys)]
    pub rights: Vec<String>,
}

fn keys() -> utoipa::openapi::schema::Array {
    utoipa::openapi::schema::ArrayBuilder::new().items(crate::rights::schema()).build()
}

/// A right in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RightView {
    /// As it is sent and written in files.
    #[schema(schema_with = crate::rights::schema)]
    pub key: String,
    /// What it allows, after “You may”.
    pub what: String,
    /// Who has it, after “That is for”.
    pub who: String,
}

fn whole<T>(items: Vec<T>) -> axum::Json<Page<T>> {
    axum::Json(Page { items, next: None })
}

pub(crate) async fn of_person(State(app): State<App>, cx: Ctx, Path(person): Path<String>) -> Result<axum::Json<Page<Grant>>> {
    cx.require_signed_in()?;
    let id = id("account", &person)?;
    let held = app
        .read(&cx, move |_, tx| {
            store::person(tx, id)?.ok_or_else(|| Error::not_found("account", id))?;
            grants_of(tx, id)
        })
        .await?;
    Ok(whole(held))
}

pub(crate) async fn grant(
    State(app): State<App>,
    cx: Ctx,
    Path(person): Path<String>,
    Json(new, idem): Json<NewGrant>,
) -> Result<Response> {
    let id = id("account", &person)?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::grant_role(cx, tx, id, &new)).await
}

pub(crate) async fn revoke(
    State(app): State<App>,
    cx: Ctx,
    Path((person, grant)): Path<(String, String)>,
    idem: Idem,
) -> Result<Response> {
    let (person, grant) = (id("account", &person)?, id("role of this person", &grant)?);
    change(&app, &cx, idem, 204, move |cx, tx| acts::revoke_role(cx, tx, person, grant)).await
}

pub(crate) async fn roles(cx: Ctx) -> Result<axum::Json<Page<RoleView>>> {
    cx.require_signed_in()?;
    let view = |role: Role| RoleView {
        key: role,
        title: role.title().into(),
        scope: role.scope(),
        rights: role.rights().iter().map(|r| r.key.to_owned()).collect(),
    };
    Ok(whole(Role::ALL.into_iter().map(view).collect()))
}

pub(crate) async fn rights(cx: Ctx) -> Result<axum::Json<Page<RightView>>> {
    cx.require_signed_in()?;
    let view = |r: &&kernel::web::Right| RightView { key: r.key.into(), what: r.what.into(), who: r.who.into() };
    Ok(whole(crate::rights::ALL.iter().map(view).collect()))
}
