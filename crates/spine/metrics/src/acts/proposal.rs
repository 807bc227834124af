//! A baseline that the rules propose: looked at, refused. It is accepted by freezing it.

use catalogue::Subject;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::time::Time;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::{definition, period_of};
use crate::baseline::{NewRefusal, Proposed, Refusal, proposed};
use crate::judged::PERIODS;
use crate::store;

/// What is proposed for a metric of a subject today, unless it was refused.
///
/// # Errors
/// [`Error::NotFound`].
pub fn look(cx: &Ctx, tx: &mut dyn Tx, subject: &Subject, metric: &str) -> Result<Option<Proposed>> {
    cx.require_signed_in()?;
    let d = definition(tx, metric)?.definition;
    let most = i64::try_from(PERIODS).map_err(Error::internal)?;
    let series = store::series(tx, metric, subject.id, Time(i64::MAX), most)?;
    let frozen = store::baselines(tx, subject.id)?.into_iter().rfind(|f| f.metric == metric);
    let refused = store::refusals(tx, subject.id, metric)?;
    Ok(proposed(&d, &series, frozen.as_ref(), &refused))
}

/// Refuses a proposal: the limits stay as they are, and the same is not proposed again.
///
/// # Errors
/// No right; no reason; [`Error::Conflict`] if that is not what is proposed.
pub fn refuse(cx: &Ctx, tx: &mut dyn Tx, subject: &Subject, metric: &str, new: &NewRefusal) -> Result<Refusal> {
    subject.team.require(cx, &rights::BASELINES)?;
    let reason = new.check()?;
    let d = definition(tx, metric)?.definition;
    let period = period_of(tx, &d, subject, &new.period)?;
    let open = look(cx, tx, subject, metric)?;
    if open.as_ref().map(|p| p.starts) != Some(period.starts) {
        return Err(Error::Conflict(match open {
            Some(p) => format!("What is proposed begins with {}, not with {}. Look at it again.", p.period, period.label),
            None => "No baseline is proposed; somebody may have accepted or refused it meanwhile.".into(),
        }));
    }
    let refusal = Refusal {
        metric: d.key.clone(),
        starts: period.starts,
        reason: reason.clone(),
        made_by: cx.actor.name.clone(),
        made_at: cx.now,
    };
    store::insert_refusal(tx, subject.id, &refusal)?;
    trail::record(cx, tx, "refused", &Ref::new("baseline", format!("{metric}/{}", subject.id)), &refusal, &reason)?;
    tx.publish(&format!("team:{}", subject.team.id));
    Ok(refusal)
}
