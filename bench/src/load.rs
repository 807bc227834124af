//! Load: a closed loop (each client sends when it has its answer) and an open one (requests come at their time whether or
//! not those before are answered).

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use kernel::time::Stopwatch;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep_until};

use crate::http::Target;

/// What a load found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Microseconds of each answer, in order.
    pub(crate) micros: Vec<u32>,
}

impl Found {
    /// The share `q` of answers came within so many milliseconds.
    pub(crate) fn quantile(&self, q: f64) -> f64 {
        let n = self.micros.len();
        if n == 0 {
            return f64::NAN;
        }
        let i = ((n as f64 * q).ceil() as usize).clamp(1, n) - 1;
        f64::from(self.micros[i]) / 1000.0
    }

    fn of(mut micros: Vec<u32>, span: Duration) -> Self {
        micros.sort_unstable();
        Self { rate: micros.len() as f64 / span.as_secs_f64(), micros }
    }
}

/// Makes the bytes of a client's next request: number of the client, number of its request.
pub(crate) type Make = dyn Fn(usize, u64) -> Vec<u8>;

/// Runs something on a runtime of one thread: the clients take one of the two cores at most.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(LocalSet::new().block_on(&runtime, work))
}

/// Closed loop: `clients` connections for `warm`, then for `span`.
///
/// # Errors
/// The first answer that is not 2xx.
pub(crate) async fn closed(
    target: &Target,
    clients: usize,
    warm: Duration,
    span: Duration,
    make: Rc<Make>,
) -> anyhow::Result<Found> {
    let mut conns = Vec::with_capacity(clients);
    for _ in 0..clients {
        conns.push(target.connect().await?);
    }
    let watch = Stopwatch::start();
    let mut tasks = Vec::with_capacity(clients);
    for (client, mut conn) in conns.into_iter().enumerate() {
        let make = Rc::clone(&make);
        tasks.push(tokio::task::spawn_local(async move {
            let mut micros = Vec::new();
            let mut n = 0;
            loop {
                let sent = watch.elapsed();
                if sent >= warm + span {
                    return anyhow::Ok(micros);
                }
                let request = make(client, n);
                n += 1;
                conn.good(&request).await?;
                let now = watch.elapsed();
                if now >= warm && now < warm + span {
                    micros.push(u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX));
                }
            }
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    Ok(Found::of(all, span))
}

/// Connections of an open load: enough that a request waits for one only if the server is far behind.
const OPEN: usize = 64;

/// Open loop: `rate` requests a second, evenly spaced, for `warm` and then `span`. A request that found no free connection
/// counts from the moment when it was due.
///
/// # Errors
/// The first answer that is not 2xx.
pub(crate) async fn open(target: &Target, rate: f64, warm: Duration, span: Duration, make: Rc<Make>) -> anyhow::Result<Found> {
    let mut conns = Vec::with_capacity(OPEN);
    for _ in 0..OPEN {
        conns.push(target.connect().await?);
    }
    let next = Rc::new(Cell::new(0u64));
    let start = Instant::now() + Duration::from_millis(5);
    let mut tasks = Vec::with_capacity(OPEN);
    for (client, mut conn) in conns.into_iter().enumerate() {
        let (make, next) = (Rc::clone(&make), Rc::clone(&next));
        tasks.push(tokio::task::spawn_local(async move {
            let mut micros = Vec::new();
            loop {
                let n = next.get();
                next.set(n + 1);
                let after = Duration::from_secs_f64(n as f64 / rate);
                if after >= warm + span {
                    return anyhow::Ok(micros);
                }
                let due = start + after;
                let request = make(client, n);
                // The timer's own lateness (up to a millisecond) is not the server's.
                let from = if Instant::now() < due {
                    sleep_until(due).await;
                    Instant::now()
                } else {
                    due
                };
                conn.good(&request).await?;
                if after >= warm {
                    micros.push(u32::try_from(from.elapsed().as_micros()).unwrap_or(u32::MAX));
                }
            }
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    Ok(Found::of(all, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_sorted_answers() {
        let found = Found::of((1..=100).rev().map(|n| n * 1000).collect(), Duration::from_secs(2));
        assert_eq!((found.rate, found.quantile(0.5), found.quantile(0.99), found.quantile(1.0)), (50.0, 50.0, 99.0, 100.0));
        assert!(Found::default().quantile(0.5).is_nan());
    }
}
