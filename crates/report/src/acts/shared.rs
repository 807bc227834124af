//! What the room of Well-Architected reviews tells the overview. Rooms do not know each other, so the binary names the function once.

use std::sync::OnceLock;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::{App, Ctx};

use crate::shared::Shared;

/// What a group, by its name in addresses, shares.
pub type Teller = fn(&App, &Ctx, &mut dyn Tx, &str) -> Result<Shared>;

static TELLER: OnceLock<Teller> = OnceLock::new();

/// Names who tells it. Call it once, before serving; later calls change nothing.
pub fn provide(teller: Teller) {
    let _ = TELLER.set(teller);
}

/// What a group's reviews share; nothing if nobody tells.
pub(crate) fn of(app: &App, cx: &Ctx, tx: &mut dyn Tx, group: &str) -> Result<Option<Shared>> {
    cx.require_signed_in()?;
    TELLER.get().map(|tell| tell(app, cx, tx, group)).transpose()
}
