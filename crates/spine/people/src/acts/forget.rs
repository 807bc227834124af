//! What nobody can use any more is not kept.

use std::time::Duration;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::web::{ActorId, Ctx};

use crate::{session, store};

/// Name of the job that forgets.
pub const FORGET: &str = "people-forget";

/// Codes are kept this long after they ran out, so that a question about a link can still be answered.
const CODES: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Forgets sessions that are too old to hold and codes that ran out a month ago.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the job.
pub fn forget(cx: &Ctx, tx: &mut dyn Tx) -> Result<()> {
    if cx.actor.id != ActorId::Job(FORGET) {
        return Err(Error::Forbidden("Only the server itself forgets old sessions and links.".into()));
    }
    let sessions = store::session::forget(tx, cx.now.minus(session::TOTAL))?;
    let codes = store::code::forget(tx, cx.now.minus(CODES))?;
    if sessions + codes > 0 {
        let payload = serde_json::json!({ "sessions": sessions, "codes": codes });
        kernel::trail::record(cx, tx, "forgot", &Ref::new("organisation", "1"), &payload, "")?;
    }
    Ok(())
}
