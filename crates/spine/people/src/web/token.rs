//! Service tokens.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use html::Markup;
use kernel::db::Tx;
use kernel::error::{Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, see_other};

use super::{Refusal, framed};
use crate::acts;
use crate::api::id;
use crate::pages::Sent;
use crate::pages::token::{self as pages, TokensPage};
use crate::place::{self, Place};
use crate::token::{self, NewToken, Token, TokenScope};
use crate::{rights, store};

/// Most tokens on the page; there are never that many.
const SHOWN: i64 = 500;

struct Loaded {
    tokens: Vec<Token>,
    places: Vec<Place>,
    makers: BTreeMap<String, String>,
}

fn load(cx: &Ctx, tx: &mut dyn Tx) -> Result<Loaded> {
    let mut tokens = store::token::list(tx, &acts::maker_shown(cx), "", SHOWN)?;
    // Those that work come first; within both kinds the newest.
    tokens.reverse();
    tokens.sort_by_key(|t| !t.holds(cx.now));
    let mut makers = BTreeMap::new();
    for t in &tokens {
        if let Some(Ok(id)) = t.made_by.strip_prefix("person:").map(str::parse::<Id>)
            && !makers.contains_key(&t.made_by)
            && let Some(p) = store::person(tx, id)?
        {
            makers.insert(t.made_by.clone(), p.name);
        }
    }
    Ok(Loaded { tokens, places: place::all(tx)?, makers })
}

async fn draw(app: &App, cx: &Ctx, sent: Sent<'_>) -> Result<Markup> {
    let d = app.read(cx, load).await?;
    let body = pages::tokens(&TokensPage { tokens: &d.tokens, places: &d.places, makers: &d.makers, sent, cx });
    Ok(framed(app, cx, "Service tokens", body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_somewhere(&rights::TOKENS)?;
    Ok(page(draw(&app, &cx, Sent(None)).await?))
}

/// `values.write` or `values.write@ID`, as the form's boxes send it.
fn scope(text: &str) -> TokenScope {
    let (right, scope) = text.split_once('@').map_or((text, None), |(r, s)| (r, Some(s)));
    // What is no id is no place either; the act says so.
    TokenScope { right: right.into(), scope: scope.map(|s| s.parse().unwrap_or(Id::from_u128(0))) }
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    let secret = token::of_secret(&app.secret()?);
    let drawn = secret.clone();
    let days = form.get("days").trim();
    let new = NewToken {
        name: form.get("name").into(),
        // What is no number holds no days; the act says what would do.
        days: (!days.is_empty()).then(|| days.parse().unwrap_or(0)),
        scopes: form.all("scopes").into_iter().map(scope).collect(),
    };
    match app.write(&cx, move |cx, tx| acts::make_token(cx, tx, &new, &drawn)).await {
        Ok(made) => Ok(page(framed(&app, &cx, "A new token", pages::made(&made, &secret, &app.config.url(), &cx)))),
        Err(e) => {
            let refusal = Refusal::of(e, "name")?;
            let at = |f: &Fault| if f.at.starts_with("scopes") { pages::FIRST_SCOPE.to_owned() } else { f.at.clone() };
            let faults: Vec<Fault> = refusal.faults.iter().map(|f| Fault::new(at(f), &f.message)).collect();
            Ok(refusal.answer(draw(&app, &cx, Sent(Some((&form, &faults)))).await?))
        }
    }
}

pub(crate) async fn revoke(State(app): State<App>, cx: Ctx, Path(token): Path<String>, form: Form) -> Result<Response> {
    let id = id("token", &token)?;
    match app.write(&cx, move |cx, tx| acts::revoke_token(cx, tx, id)).await {
        Ok(()) => Ok(see_other("/tokens")),
        Err(e) => {
            let refusal = Refusal::of(e, "tokens")?;
            Ok(refusal.answer(draw(&app, &cx, Sent(Some((&form, &refusal.faults)))).await?))
        }
    }
}
