//! Jobs run by themselves, each on one instance at a time: whoever holds the job's lease row. A lease that is not
//! renewed runs out, so a killed instance holds nothing for long.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::room::Job;
use crate::time::Time;
use crate::web::App;

crate::sql! {
    /// Takes or renews a lease; no row if somebody else holds it.
    pub(crate) TAKE = "INSERT INTO lease (kind, holder, until) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT) \
        ON CONFLICT (kind) DO UPDATE SET holder = excluded.holder, until = excluded.until \
        WHERE lease.until < $4::BIGINT OR lease.holder = excluded.holder RETURNING holder";
    /// Gives a lease back.
    pub(crate) GIVE_BACK = "DELETE FROM lease WHERE kind = $1::TEXT AND holder = $2::TEXT";
}

/// How long a lease holds without being renewed.
pub const LEASE: Duration = Duration::from_secs(60);

/// Takes or renews the lease of `kind` for `holder`; false if another holds it.
///
/// # Errors
/// The engine's.
pub fn take(tx: &mut dyn Tx, kind: &str, holder: &str, now: Time, long: Duration) -> Result<bool> {
    let params = [kind.into(), holder.into(), now.plus(long).into(), now.into()];
    Ok(!tx.query(&TAKE, &params)?.is_empty())
}

/// Gives the lease back before it runs out.
///
/// # Errors
/// The engine's.
pub fn give_back(tx: &mut dyn Tx, kind: &str, holder: &str) -> Result<()> {
    tx.execute(&GIVE_BACK, &[kind.into(), holder.into()]).map(|_| ())
}

/// Runs all jobs of all rooms until the process stops.
pub async fn run(app: App, instance: String) {
    let mut stopping = app.stopping();
    let mut tasks = tokio::task::JoinSet::new();
    for room in app.rooms {
        for job in room.jobs {
            tasks.spawn(keep_running(app.clone(), job, instance.clone()));
        }
    }
    let _ = stopping.wait_for(|s| *s).await;
    // A run that is under way may finish; its work is idempotent if the process is killed first.
    let all = async { while tasks.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(10), all).await;
}

async fn keep_running(app: App, job: &'static Job, instance: String) {
    let mut stopping = app.stopping();
    loop {
        if let Err(e) = once(&app, job, &instance).await {
            tracing::warn!(job = job.name, error = ?e, "A run of job {} failed; it is tried again with the next", job.name);
        }
        tokio::select! {
            () = tokio::time::sleep(job.every) => {}
            _ = stopping.wait_for(|s| *s) => return,
        }
    }
}

/// One run of a job, if this instance holds its lease.
///
/// # Errors
/// The job's.
pub async fn once(app: &App, job: &'static Job, instance: &str) -> Result<bool> {
    let now = app.now();
    let holder = instance.to_owned();
    // The lease outlives the longest run that the outgoing client's time limits allow several times over.
    let long = job.every.max(LEASE) * 3;
    if !app.db.append(now, move |tx| take(tx, job.name, &holder, now, long)).await? {
        return Ok(false);
    }
    // A panic must not end the job for good, nor keep the lease until it runs out.
    let result = AssertUnwindSafe((job.run)(app)).catch_unwind().await;
    let result = result.unwrap_or_else(|_| Err(Error::internal(format!("job {} panicked", job.name))));
    let holder = instance.to_owned();
    app.db.append(now, move |tx| give_back(tx, job.name, &holder)).await?;
    result.map(|()| true)
}
