//! The council's meetings, which another room holds: when the next one is, by a function that it provides.

use std::sync::OnceLock;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::Ctx;

use crate::meeting::{CouncilTopic, topics as of};

/// When the council meets next, and the page of that meeting; none if nothing is planned.
pub type Next = fn(&Ctx, &mut dyn Tx) -> Result<Option<(Time, String)>>;

static NEXT: OnceLock<Next> = OnceLock::new();

/// Names whoever knows of meetings. Call it once, before serving; later calls change nothing.
pub fn provide(next: Next) {
    let _ = NEXT.set(next);
}

/// When the council meets next.
///
/// # Errors
/// Nobody signed in.
pub fn next(cx: &Ctx, tx: &mut dyn Tx) -> Result<Option<(Time, String)>> {
    cx.require_signed_in()?;
    NEXT.get().map_or(Ok(None), |next| next(cx, tx))
}

/// What there is to talk about now.
///
/// # Errors
/// Nobody signed in.
pub fn topics(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<CouncilTopic>> {
    cx.require_signed_in()?;
    Ok(of(&super::read::board(cx, tx)?))
}
