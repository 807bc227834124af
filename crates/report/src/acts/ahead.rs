//! What the room of sessions tells the overview. Rooms do not know each other, so the binary names the function once.

use std::sync::OnceLock;

use catalogue::Group;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::ahead::Ahead;

/// What lies ahead of a group.
pub type Teller = fn(&Ctx, &mut dyn Tx, &Group) -> Result<Ahead>;

static TELLER: OnceLock<Teller> = OnceLock::new();

/// Names who tells it. Call it once, before serving; later calls change nothing.
pub fn provide(teller: Teller) {
    let _ = TELLER.set(teller);
}

/// What lies ahead of a group; none if nobody tells.
pub(crate) fn of(cx: &Ctx, tx: &mut dyn Tx, group: &Group) -> Result<Option<Ahead>> {
    cx.require_signed_in()?;
    TELLER.get().map(|tell| tell(cx, tx, group)).transpose()
}
