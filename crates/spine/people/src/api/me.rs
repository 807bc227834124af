//! Who asks.

use axum::extract::State;
use axum::response::Response;
use kernel::api::change as stored;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::{ActorId, App, Ctx, Json, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::acts::{self, OwnChange};
use crate::{Person, rights, store};

/// What kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A signed-in person.
    Person,
    /// A service token.
    Token,
    /// Whoever owns the data folder.
    Owner,
}

/// A right and where it holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeldRight {
    /// Key of the right.
    #[schema(schema_with = rights::schema)]
    pub right: String,
    /// Id of the group or team; absent for everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Id>,
}

/// The caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Me {
    /// What kind of caller.
    pub kind: Kind,
    /// Name of the person or the token.
    pub name: String,
    /// IANA zone in which times are shown to the caller.
    pub zone: String,
    /// Name of the organisation; empty before the set-up.
    pub organisation: String,
    /// The account, if a person asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// What the caller may do, and where.
    pub rights: Vec<HeldRight>,
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx) -> Result<axum::Json<Me>> {
    cx.require_signed_in()?;
    let person = match cx.actor.person() {
        Some(id) => app.read(&cx, move |_, tx| store::person(tx, id)).await?,
        None => None,
    };
    let kind = match cx.actor.id {
        ActorId::Person(_) => Kind::Person,
        ActorId::Token(_) => Kind::Token,
        _ => Kind::Owner,
    };
    let rights = cx.actor.rights.iter().map(|(right, scope)| HeldRight {
        right: (*right).to_owned(),
        scope: match scope {
            Scope::All => None,
            Scope::Within(id) => Some(*id),
        },
    });
    let (name, zone, organisation) = (cx.actor.name.clone(), cx.actor.zone.clone(), cx.actor.organisation.clone());
    Ok(axum::Json(Me { kind, name, zone, organisation, person, rights: rights.collect() }))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Json(own, idem): Json<OwnChange>) -> Result<Response> {
    stored(&app, &cx, idem, 200, move |cx, tx| acts::change_me(cx, tx, &own)).await
}
