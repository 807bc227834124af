//! Live topics of what an action came from: its page shows the action too.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Ref;

use crate::origin::{Origin, OriginKind};

/// What an action came from shows how far it is: `concern:21` for one, `concerns` for the list of them.
pub(crate) fn origin(tx: &mut dyn Tx, origin: &Origin) {
    if origin.kind != OriginKind::ByHand && !origin.id.is_empty() {
        tx.publish(&format!("{}:{}", origin.kind.key(), origin.id));
        tx.publish(&format!("{}s", origin.kind.key()));
    }
}

/// The same when an issue that is linked to an action changes; nothing for other things.
///
/// # Errors
/// The engine's.
pub fn issue_changed(tx: &mut dyn Tx, about: &Ref) -> Result<()> {
    if about.kind == "action"
        && let Ok(id) = about.id.parse()
    {
        let from = super::one(tx, id)?.origin;
        origin(tx, &from);
    }
    Ok(())
}
