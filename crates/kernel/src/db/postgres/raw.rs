//! A blocking connection without units of work, for migrations, backup and `doctor`. It lives on a thread of its own,
//! because its caller may stand inside an asynchronous runtime, where no second one may be driven.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::config::PgConfig;
use super::link::{Link, Role};
use crate::db::{Row, Sql, Type, Value};
use crate::error::{Error, Result};

type Step = Box<dyn FnOnce(&mut Link) + Send>;

/// A connection without time limits. Its errors are [`Error::Internal`] with the server's text, for the operator.
pub struct RawPg {
    steps: Option<mpsc::Sender<Step>>,
    thread: Option<JoinHandle<()>>,
}

/// Connects.
///
/// # Errors
/// [`Error::Internal`] with the reason.
pub fn connect_raw(config: &PgConfig) -> Result<RawPg> {
    let config = config.clone();
    let (steps, queue) = mpsc::channel::<Step>();
    let (ready, connected) = mpsc::channel();
    let body = move || {
        let mut link = match Link::connect(&config, Role::Raw, Duration::from_secs(10)) {
            Ok(link) => link,
            Err(e) => {
                let _ = ready.send(Err(e));
                return;
            }
        };
        let _ = ready.send(Ok(()));
        while let Ok(step) = queue.recv() {
            step(&mut link);
        }
    };
    let thread = std::thread::Builder::new().name("pg-raw".into()).spawn(body).map_err(Error::internal)?;
    connected.recv().map_err(|_| gone())??;
    Ok(RawPg { steps: Some(steps), thread: Some(thread) })
}

fn gone() -> Error {
    Error::internal("the thread of the database connection ended")
}

impl RawPg {
    /// Runs statements without parameters, transaction control among them.
    ///
    /// # Errors
    /// [`Error::Internal`] with the server's text.
    pub fn batch_execute(&mut self, sql: &str) -> Result<()> {
        let sql = sql.to_owned();
        self.call(move |link| link.batch(&sql, None))
    }

    /// Rows of one statement. `types` are those of its parameters, in order.
    ///
    /// # Errors
    /// [`Error::Internal`] with the server's text, or if a parameter has not the stated type;
    /// [`Error::Invalid`] for text with a NUL character and numbers that are not finite.
    pub fn query(&mut self, sql: &str, params: &[Value], types: &[Type]) -> Result<Vec<Row>> {
        if params.len() != types.len() {
            return Err(Error::internal(format!("{} parameters, {} types", params.len(), types.len())));
        }
        for (i, (value, stated)) in params.iter().zip(types).enumerate() {
            value.check(*stated, i + 1, "query")?;
        }
        let (sql, params, types) = (sql.to_owned(), params.to_vec(), types.to_vec());
        self.call(move |link| link.text(&sql, &params, &types, None))
    }

    /// Prepares a statement as units of work do, for `rows` rows; returns its number of columns.
    ///
    /// # Errors
    /// [`Error::Internal`] with the server's text, or naming a column whose type the engines do not share.
    pub fn prepare(&mut self, sql: &'static Sql, rows: usize) -> Result<usize> {
        self.call(move |link| link.try_prepare(sql, rows))
    }

    fn call<T: Send + 'static>(
        &mut self,
        f: impl FnOnce(&mut Link) -> std::result::Result<T, String> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = mpsc::channel();
        let step = Box::new(move |link: &mut Link| {
            let _ = reply.send(f(link));
        });
        self.steps.as_ref().ok_or_else(gone)?.send(step).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?.map_err(Error::internal)
    }
}

impl Drop for RawPg {
    fn drop(&mut self) {
        self.steps.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
