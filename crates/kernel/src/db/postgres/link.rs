//! One connection, driven by the thread that owns it: no task is woken and no other thread is asked between sending a
//! step and reading its answer.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{join, join_all};
use tokio::runtime::Runtime;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::Type as Wire;
use tokio_postgres::{Client, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::config::PgConfig;
use super::faults::{Failure, chain, classify, commit_unknown};
use super::steps::{Driver, Ready, after, collect, no_longer_stale, run};
use super::tls;
use super::values::{Bound, check_columns, wire};
use crate::db::{Row, Sql, Type, Value, multi_row};
use crate::error::{Error, Result};

type Wired = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// The oldest server that is supported, as `server_version_num`.
const OLDEST: i64 = 150_000;

fn new_enough(version: i64) -> std::result::Result<(), String> {
    if version < OLDEST { Err(format!("the server is version {}; 15 or newer is needed", version / 10_000)) } else { Ok(()) }
}

/// What a connection is for: its session settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Snapshot reads.
    Read,
    /// Writes and appends.
    Write,
    /// Single statements without BEGIN.
    Plain,
    /// Migrations, backup, `doctor`: no time limits.
    Raw,
}

impl Role {
    /// Session settings. Where units run, a statement outside an explicit transaction may not write: so if BEGIN fails,
    /// the statement that was sent together with it is refused instead of committing by itself.
    fn session(self) -> &'static str {
        match self {
            Role::Read => {
                "-c default_transaction_read_only=on -c statement_timeout=5000 -c idle_in_transaction_session_timeout=30000"
            }
            Role::Write => {
                "-c default_transaction_read_only=on -c statement_timeout=10000 -c idle_in_transaction_session_timeout=30000"
            }
            Role::Plain => "-c statement_timeout=5000",
            Role::Raw => "",
        }
    }
}

/// Statements by text (its address: they are constants) and number of rows.
type Cache = HashMap<(usize, usize), Ready>;

/// A connection. After a broken step it is of no more use; see [`Link::is_broken`].
pub(super) struct Link {
    client: Client,
    wired: Option<Pin<Box<Wired>>>,
    cache: Cache,
    /// BEGIN may be sent together with the first statement.
    pipeline: bool,
    unnamed: bool,
    broken: bool,
    rt: Runtime,
}

impl Link {
    /// Connects. `limit` bounds the whole attempt. Must not be called on a thread of an asynchronous runtime.
    ///
    /// # Errors
    /// [`Error::Internal`] with the reason, for the log and the operator.
    pub(super) fn connect(config: &PgConfig, role: Role, limit: Duration) -> Result<Self> {
        let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        let session = if config.unnamed { "" } else { role.session() };
        let driver = config.driver(session)?;
        let connector = tls::connector(config)?;
        let cannot = |why: &str| Error::internal(format!("cannot connect to PostgreSQL at {}: {why}", config.host));
        let connected = rt.block_on(async { tokio::time::timeout(limit, driver.connect(connector)).await });
        let (client, wired) = match connected {
            Err(_) => return Err(cannot("no answer in time")),
            Ok(Err(e)) => return Err(cannot(&chain(&e))),
            Ok(Ok(pair)) => pair,
        };
        let mut link = Self {
            client,
            wired: Some(Box::pin(wired)),
            cache: HashMap::new(),
            pipeline: false,
            unnamed: config.unnamed,
            broken: false,
            rt,
        };
        let settings = "SELECT current_setting('server_version_num'), current_setting('default_transaction_read_only')";
        let rows = link.text(settings, &[], &[], Some(limit)).map_err(|e| cannot(&e))?;
        let row = rows.first().ok_or_else(|| cannot("no answer"))?;
        let version = row.text(0)?.parse::<i64>().unwrap_or(0);
        new_enough(version).map_err(|e| cannot(&e))?;
        // A pooler between us and the server may have dropped the setting; then BEGIN goes alone.
        link.pipeline = !config.unnamed && row.text(1)? == "on";
        Ok(link)
    }

    /// True if the link is gone or in an unknown state.
    pub(super) fn is_broken(&self) -> bool {
        self.broken || self.client.is_closed()
    }

    /// Forgets prepared statements, after the tables have changed below them.
    pub(super) fn forget_statements(&mut self) {
        self.cache.clear();
    }

    /// Runs a step and the connection side by side on this thread. `None`: no answer in time, the link is broken.
    fn drive<T>(&mut self, limit: Option<Duration>, step: impl AsyncFnOnce(&Client) -> T) -> Option<T> {
        let Self { client, wired, rt, .. } = self;
        let mut step = pin!(step(client));
        let both = poll_fn(|cx| {
            loop {
                if let Poll::Ready(done) = step.as_mut().poll(cx) {
                    return Poll::Ready(done);
                }
                let Some(running) = wired.as_mut() else { return Poll::Pending };
                match running.as_mut().poll(cx) {
                    Poll::Ready(end) => {
                        if let Err(e) = end {
                            tracing::debug!(error = %chain(&e), "A connection to the database ended");
                        }
                        // Dropping it is what tells the waiting step.
                        *wired = None;
                    }
                    Poll::Pending => return step.as_mut().poll(cx),
                }
            }
        });
        let done = rt.block_on(async {
            match limit {
                Some(limit) => tokio::time::timeout(limit, both).await.ok(),
                None => Some(both.await),
            }
        });
        self.broken |= done.is_none();
        done
    }

    /// As [`Link::drive`], with the driver's error read.
    fn step<T>(
        &mut self,
        what: &str,
        limit: Duration,
        step: impl AsyncFnOnce(&Client) -> Driver<T>,
    ) -> std::result::Result<T, Failure> {
        match self.drive(Some(limit), step) {
            Some(Ok(value)) => Ok(value),
            Some(Err(e)) => {
                let failure = classify(what, &e);
                self.broken |= e.as_db_error().is_none() || matches!(failure, Failure::Lost);
                Err(failure)
            }
            None => {
                tracing::warn!(step = what, seconds = limit.as_secs(), "The database did not answer in time");
                Err(Failure::Lost)
            }
        }
    }

    /// The statement, prepared if it is not yet; true if that happened now.
    fn ready(
        &mut self,
        sql: &'static Sql,
        rows: usize,
        begin: &mut Option<&str>,
        limit: Duration,
    ) -> std::result::Result<(Ready, bool), Failure> {
        let key = (std::ptr::from_ref(sql) as usize, rows);
        if let Some(ready) = self.cache.get(&key) {
            return Ok((ready.clone(), false));
        }
        let stated = sql.types().map_err(Failure::Final)?;
        let types: Vec<Wire> = stated.repeat(rows).into_iter().map(wire).collect();
        let text = if rows == 1 { sql.text.to_owned() } else { multi_row(sql.text, rows).map_err(Failure::Final)? };
        let ready = if self.unnamed {
            Ready::Text(text.into(), types.into())
        } else {
            let (begin, pipeline) = (begin.take(), self.pipeline);
            let statement = self.step(sql.name, limit, async |client: &Client| {
                after(client, begin, pipeline, client.prepare_typed(&text, &types)).await
            });
            Ready::Named(statement.map_err(|f| no_longer_stale(sql, f))?)
        };
        self.cache.insert(key, ready.clone());
        Ok((ready, true))
    }

    /// Rows of a statement; `begin` is sent before it.
    pub(super) fn query(
        &mut self,
        sql: &'static Sql,
        params: &[Value],
        mut begin: Option<&str>,
        limit: Duration,
    ) -> std::result::Result<Vec<Row>, Failure> {
        let (ready, fresh) = self.ready(sql, 1, &mut begin, limit)?;
        let pipeline = self.pipeline;
        let rows = self.step(sql.name, limit, async |client: &Client| {
            after(client, begin, pipeline, async {
                let stream = match &ready {
                    Ready::Named(s) => client.query_raw(s, params.iter().map(Bound)).await?,
                    Ready::Text(text, types) => {
                        client.query_typed_raw(text, params.iter().map(Bound).zip(types.iter().cloned())).await?
                    }
                };
                collect(sql.name, stream).await
            })
            .await
        });
        rows.map_err(|f| if fresh { no_longer_stale(sql, f) } else { f })?.map_err(Failure::Final)
    }

    /// Runs a statement for each chunk of rows, all sent before the first answer is awaited. Returns rows changed.
    pub(super) fn execute(
        &mut self,
        sql: &'static Sql,
        chunks: &[&[Vec<Value>]],
        mut begin: Option<&str>,
        limit: Duration,
    ) -> std::result::Result<u64, Failure> {
        let mut steps = Vec::with_capacity(chunks.len());
        let mut fresh = false;
        for chunk in chunks {
            let (ready, new) = self.ready(sql, chunk.len(), &mut begin, limit)?;
            fresh |= new;
            steps.push((ready, chunk.iter().flatten().map(Bound).collect::<Vec<_>>()));
        }
        let pipeline = self.pipeline;
        let changed = self.step(sql.name, limit, async |client: &Client| {
            let all = join_all(steps.into_iter().map(|(ready, params)| run(client, ready, params)));
            // The first error is the cause; those after it only say that the transaction is in error.
            let counts = after(client, begin, pipeline, async { Ok(all.await) }).await?;
            counts.into_iter().try_fold(0, |sum, n| Ok(sum + n?))
        });
        changed.map_err(|f| if fresh { no_longer_stale(sql, f) } else { f })
    }

    /// One row bound as it is, without a copy into a batch.
    pub(super) fn execute_one(
        &mut self,
        sql: &'static Sql,
        params: &[Value],
        mut begin: Option<&str>,
        limit: Duration,
    ) -> std::result::Result<u64, Failure> {
        let (ready, fresh) = self.ready(sql, 1, &mut begin, limit)?;
        let pipeline = self.pipeline;
        let changed = self.step(sql.name, limit, async |client: &Client| {
            after(client, begin, pipeline, run(client, ready, params.iter().map(Bound).collect())).await
        });
        changed.map_err(|f| if fresh { no_longer_stale(sql, f) } else { f })
    }

    /// COMMIT, together with the last rows of the unit (`notes`, whose statement must go first), in one go.
    ///
    /// # Errors
    /// [`Failure::Final`] with [`Error::OutcomeUnknown`] if it is not known how it ended.
    pub(super) fn commit(
        &mut self,
        notes: Option<(&'static Sql, &[Vec<Value>])>,
        limit: Duration,
    ) -> std::result::Result<(), Failure> {
        let last = match notes {
            Some((sql, rows)) => {
                Some((self.ready(sql, rows.len(), &mut None, limit)?.0, rows.iter().flatten().map(Bound).collect()))
            }
            None => None,
        };
        let ended = self.drive(Some(limit), async |client: &Client| match last {
            Some((ready @ Ready::Named(_), params)) => {
                let (noted, committed) = join(run(client, ready, params), client.batch_execute("COMMIT")).await;
                // With the note refused, COMMIT has rolled back and still says that all is well.
                (noted.err(), committed)
            }
            Some((ready, params)) => match run(client, ready, params).await {
                Ok(_) => (None, client.batch_execute("COMMIT").await),
                Err(e) => (Some(e), Ok(())),
            },
            None => (None, client.batch_execute("COMMIT").await),
        });
        match ended {
            Some((None, Ok(()))) => Ok(()),
            Some((Some(e), Ok(()))) => Err(classify("topic_note", &e)),
            Some((None, Err(e))) if !commit_unknown(&e) => Err(classify("COMMIT", &e)),
            Some((_, Err(e))) => {
                tracing::error!(error = %chain(&e), "COMMIT got no answer; it is not known what is stored");
                self.broken = true;
                Err(Failure::Final(Error::OutcomeUnknown))
            }
            None => {
                tracing::error!("COMMIT got no answer in time; it is not known what is stored");
                Err(Failure::Final(Error::OutcomeUnknown))
            }
        }
    }

    /// Ends a transaction that is not to be stored. If that fails the link is broken, which ends it too.
    pub(super) fn rollback(&mut self, limit: Duration) {
        if !self.is_broken() && self.step("ROLLBACK", limit, async |c: &Client| c.batch_execute("ROLLBACK").await).is_err() {
            self.broken = true;
        }
    }

    /// Prepares a statement for a number of rows, for the test over all of them; returns its number of columns. The error is
    /// the server's text.
    pub(super) fn try_prepare(&mut self, sql: &'static Sql, rows: usize) -> std::result::Result<usize, String> {
        let types: Vec<Wire> = sql.types().map_err(|e| format!("{e:?}"))?.repeat(rows).into_iter().map(wire).collect();
        let text = if rows == 1 { sql.text.to_owned() } else { multi_row(sql.text, rows).map_err(|e| format!("{e:?}"))? };
        match self.drive(None, async |client: &Client| client.prepare_typed(&text, &types).await) {
            None => Err("no answer in time".into()),
            Some(Err(e)) => Err(chain(&e)),
            Some(Ok(statement)) => {
                check_columns(sql.name, statement.columns()).map_err(|e| format!("{e:?}"))?;
                Ok(statement.columns().len())
            }
        }
    }

    /// Runs a text that is not one of ours, with parameters, unprepared. The error is the server's text.
    pub(super) fn text(
        &mut self,
        sql: &str,
        params: &[Value],
        types: &[Type],
        limit: Option<Duration>,
    ) -> std::result::Result<Vec<Row>, String> {
        let rows = self.drive(limit, async |client: &Client| {
            let bound = params.iter().map(Bound).zip(types.iter().copied().map(wire));
            collect("query", client.query_typed_raw(sql, bound).await?).await
        });
        match rows {
            None => Err("no answer in time".into()),
            Some(Err(e)) => Err(chain(&e)),
            Some(Ok(Err(Error::Internal(e)))) => Err(e),
            Some(Ok(Err(e))) => Err(e.to_string()),
            Some(Ok(Ok(rows))) => Ok(rows),
        }
    }

    /// Runs statements without parameters. The error is the server's text.
    pub(super) fn batch(&mut self, sql: &str, limit: Option<Duration>) -> std::result::Result<(), String> {
        match self.drive(limit, async |client: &Client| client.batch_execute(sql).await) {
            None => Err("no answer in time".into()),
            Some(done) => done.map_err(|e| chain(&e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::new_enough;

    #[test]
    fn a_server_that_is_too_old_is_refused_with_its_version() {
        assert_eq!(new_enough(150_000), Ok(()));
        assert_eq!(new_enough(180_003), Ok(()));
        assert_eq!(new_enough(149_999).unwrap_err(), "the server is version 14; 15 or newer is needed");
        assert!(new_enough(90_624).unwrap_err().contains("version 9;"));
        // What does not say its version is none that is known to work.
        assert!(new_enough(0).is_err());
    }
}
