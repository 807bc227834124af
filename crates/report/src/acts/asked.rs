//! What the room of notices tells a team's report. Rooms do not know each other, so the binary names the function once.

use std::sync::OnceLock;

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::asked::AskedNotice;

/// What is still asked of a team.
pub type Teller = fn(&Ctx, &mut dyn Tx, &Team) -> Result<Vec<AskedNotice>>;

static TELLER: OnceLock<Teller> = OnceLock::new();

/// Names who tells it. Call it once, before serving; later calls change nothing.
pub fn provide(teller: Teller) {
    let _ = TELLER.set(teller);
}

/// What is still asked of a team; nothing if nobody tells.
pub(crate) fn of(cx: &Ctx, tx: &mut dyn Tx, team: &Team) -> Result<Vec<AskedNotice>> {
    cx.require_signed_in()?;
    TELLER.get().map_or_else(|| Ok(Vec::new()), |tell| tell(cx, tx, team))
}
