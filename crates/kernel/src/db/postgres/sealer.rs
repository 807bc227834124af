//! Seals the trail every 250 ms, in READ COMMITTED, on the one instance that holds the lease. Two sealers would do no
//! harm (numbers and members of seals are unique), they would only refuse each other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::faults::Failure;
use super::link::Link;
use super::stop::Stop;
use super::topics;
use super::tx::{PgTx, STEP_LIMIT};
use super::worker::{Shared, role};
use crate::db::{Kind, Sql, Tx};
use crate::error::{Error, Result};
use crate::ids::IdSource;
use crate::time::{Stopwatch, Time};
use crate::trail::SEAL_LIMIT;

/// What seals: takes what is pending and says how many records that were.
pub(super) type Seal = fn(&mut dyn Tx, Time) -> Result<usize>;

const TICK: Duration = Duration::from_millis(250);

/// How often an instance asks for the lease, or prolongs it. An attempt writes, so it is not made at each tick.
const ASK: Duration = Duration::from_secs(2);

/// After an error.
const PAUSE: Duration = Duration::from_secs(2);

/// Five seconds, in microseconds.
const LEASE_TIME: i64 = 5_000_000;

// By the database's clock, which all instances share.
static LEASE: Sql = Sql::new(
    "LEASE",
    "INSERT INTO lease (kind, holder, until) VALUES ('sealer', $1::TEXT, \
     CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) + $2::BIGINT) \
     ON CONFLICT (kind) DO UPDATE SET holder = excluded.holder, until = excluded.until \
     WHERE lease.holder = excluded.holder OR lease.until < excluded.until - $2::BIGINT \
     RETURNING holder",
);

static CLOCK: Sql = Sql::new("CLOCK", "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)");

/// Until stopped; what is pending then is sealed once more, if the lease is ours.
pub(super) fn run(shared: &Shared, stop: &Arc<Stop>, seal: Seal) {
    let ids = IdSource::system();
    let mut link: Option<Link> = None;
    let mut asked: Option<Stopwatch> = None;
    let mut ours = false;
    let mut pause = TICK;
    loop {
        let last = stop.wait(pause);
        pause = TICK;
        link.take_if(|l| l.is_broken());
        if link.is_none() && !last {
            link = shared.connect(role(Kind::Append), STEP_LIMIT).ok();
        }
        let Some(open) = &mut link else {
            if last {
                return;
            }
            pause = PAUSE;
            continue;
        };
        if asked.is_none_or(|a| a.elapsed() >= ASK) {
            let lease =
                |tx: &mut dyn Tx| Ok(usize::from(tx.opt(&LEASE, &[shared.instance.as_str().into(), LEASE_TIME.into()])?.is_some()));
            ours = unit(open, shared, &ids, &lease).is_ok_and(|n| n == 1);
            asked = Some(Stopwatch::start());
        }
        let mut again = true;
        while ours && again {
            again = false;
            let step = |tx: &mut dyn Tx| {
                let now = tx.one(&CLOCK, &[])?.time(0)?;
                seal(tx, now)
            };
            match unit(open, shared, &ids, &step) {
                // More may be waiting than one seal takes.
                Ok(n) => again = n as i64 >= SEAL_LIMIT,
                Err(e) => {
                    tracing::warn!(error = ?e, "Sealing failed; the records stay pending");
                    pause = PAUSE;
                }
            }
        }
        if last {
            return;
        }
    }
}

/// One transaction; no second try, the next tick is one.
fn unit(link: &mut Link, shared: &Shared, ids: &IdSource, work: &dyn Fn(&mut dyn Tx) -> Result<usize>) -> Result<usize> {
    let mut tx = PgTx::new(link, Kind::Append, shared.config.unnamed, ids.draw(Time(0))?);
    let result = catch_unwind(AssertUnwindSafe(|| work(&mut tx))).unwrap_or_else(|_| Err(Error::internal("the sealer panicked")));
    let result = match tx.failure() {
        None => result,
        Some(Failure::Final(e)) => result.and(Err(e.clone())),
        Some(_) => Err(Error::Busy),
    };
    let done = result.and_then(|n| match tx.commit(&topics::NOTE, &[]) {
        Ok(()) => Ok(n),
        Err(Failure::Final(e)) => Err(e),
        Err(_) => Err(Error::Busy),
    });
    if done.is_err() {
        link.rollback(STEP_LIMIT);
    }
    done
}
