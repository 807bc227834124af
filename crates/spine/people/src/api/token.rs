//! Service tokens.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, change_and};
use kernel::error::Result;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Paging, id};
use crate::token::{self, NewToken, Token};
use crate::{acts, rights, store};

/// A token that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Made {
    /// As lists show it.
    pub token: Token,
    /// The whole token. Only the first answer has it: the server keeps no more than a digest, so a repeated call cannot
    /// give it again. Revoke the token then and make another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Token>>> {
    cx.require_somewhere(&rights::TOKENS)?;
    let limit = p.limit()?;
    let after = p.after()?.unwrap_or_default();
    let rows = app.read(&cx, move |cx, tx| store::token::list(tx, &acts::maker_shown(cx), &after, limit + 1)).await?;
    Ok(axum::Json(Page::cut(rows, limit, |t| t.id.to_string())))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewToken>) -> Result<Response> {
    let secret = token::of_secret(&app.secret()?);
    let drawn = secret.clone();
    let made = move |cx: &Ctx, tx: &mut dyn kernel::db::Tx| {
        acts::make_token(cx, tx, &new, &drawn).map(|token| Made { token, secret: None })
    };
    let add = |answer: &mut Value| {
        if answer["token"]["hint"].as_str() == Some(&token::hint(&secret)) {
            answer["secret"] = secret.clone().into();
        }
    };
    change_and(&app, &cx, idem, 201, made, add).await
}

pub(crate) async fn revoke(State(app): State<App>, cx: Ctx, Path(token): Path<String>, idem: Idem) -> Result<Response> {
    let id = id("token", &token)?;
    change(&app, &cx, idem, 204, move |cx, tx| acts::revoke_token(cx, tx, id)).await
}
