//! PostgreSQL 15 or newer. Each worker is a thread with its own runtime and connection; reads, writes and appends have
//! their own queues and threads.
//!
//! - read: REPEATABLE READ READ ONLY, 5 s in all. write: SERIALIZABLE. append: READ COMMITTED.
//! - A unit is run again on serialisation failures, deadlocks, and when the link breaks before COMMIT was sent. A link
//!   that breaks in COMMIT leaves the outcome unknown, and the unit is never run again.
//! - While the server is away, units wait for it as long as the queue lets them and are then refused.

mod config;
mod counters;
mod faults;
mod link;
mod raw;
mod sealer;
mod steps;
mod stop;
mod tls;
mod topics;
mod tx;
mod values;
mod worker;

#[cfg(test)]
mod bench;
#[cfg(test)]
mod tests;

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

pub use config::{MOST_CONNECTIONS, PgConfig, Tls};
pub use counters::Counters;
pub use raw::{RawPg, connect_raw};
pub use tx::READ_LIMIT;
pub use worker::TRIES;

use self::sealer::Seal;
use self::stop::Stop;
use self::tx::STEP_LIMIT;
use self::worker::{Shared, Worker, role};
use super::{Kind, Queue, Running};
use crate::error::{Error, Result};
use crate::ids::IdSource;
use crate::live::Live;
use crate::time::Time;

/// Connects once, to say early what is wrong, and starts the threads; the others connect with their first unit.
///
/// # Errors
/// [`Error::Internal`] with the reason.
pub(crate) fn start(config: &PgConfig, live: Live) -> Result<Running> {
    start_with(config, live, crate::trail::seal_pending)
}

fn start_with(config: &PgConfig, live: Live, seal: Seal) -> Result<Running> {
    let instance = IdSource::system().draw(Time(0))?.nth(0).map(|id| id.to_string()).unwrap_or_default();
    let shared = Arc::new(Shared::new(config.clone(), live, instance));
    let mut threads = Threads { queues: Vec::new(), workers: Vec::new(), stop: Arc::default(), background: Vec::new() };
    let mut queue = |kind: Kind, connections: usize| -> Result<Arc<Queue>> {
        let queue = Arc::new(Queue::new());
        threads.queues.push(Arc::clone(&queue));
        for n in 0..connections.clamp(1, MOST_CONNECTIONS) {
            let first = kind == Kind::Read && n == 0;
            threads.workers.push(worker(&shared, &queue, kind, n, first)?);
        }
        Ok(queue)
    };
    let read = queue(Kind::Read, config.read_connections)?;
    let write = queue(Kind::Write, config.write_connections)?;
    let append = queue(Kind::Append, config.append_connections)?;
    let (poller, sealer) = (Arc::clone(&shared), Arc::clone(&shared));
    let stop = Arc::clone(&threads.stop);
    threads.background.push(spawn("pg-topics", move || topics::poll(&poller, &stop))?);
    let stop = Arc::clone(&threads.stop);
    threads.background.push(spawn("pg-sealer", move || sealer::run(&sealer, &stop, seal))?);
    Ok(Running { read, write, append, empties: Arc::default(), guard: Box::new(threads) })
}

/// Starts a worker; `now`: returns only when it has connected.
fn worker(shared: &Arc<Shared>, queue: &Arc<Queue>, kind: Kind, n: usize, now: bool) -> Result<JoinHandle<()>> {
    let mut worker = Worker { shared: Arc::clone(shared), queue: Arc::clone(queue), kind, link: None };
    let name = format!("pg-{}-{n}", format!("{kind:?}").to_lowercase());
    if !now {
        return spawn(&name, move || worker.run());
    }
    let (ready, connected) = mpsc::channel();
    let thread = spawn(&name, move || match worker.shared.connect(role(kind), STEP_LIMIT) {
        Ok(link) => {
            worker.link = Some(link);
            let _ = ready.send(Ok(()));
            worker.run();
        }
        Err(e) => {
            let _ = ready.send(Err(e));
        }
    })?;
    connected.recv().map_err(|_| Error::internal("a thread of the database ended"))??;
    Ok(thread)
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.into()).spawn(body).map_err(Error::internal)
}

/// Ends the threads when the database is closed: what is queued is finished first, then sealed.
struct Threads {
    queues: Vec<Arc<Queue>>,
    workers: Vec<JoinHandle<()>>,
    stop: Arc<Stop>,
    background: Vec<JoinHandle<()>>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        for queue in &self.queues {
            queue.close();
        }
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
        self.stop.set();
        for thread in self.background.drain(..) {
            let _ = thread.join();
        }
    }
}
