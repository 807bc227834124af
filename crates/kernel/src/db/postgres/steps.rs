//! What travels on a link in one step.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use futures_util::TryStreamExt;
use futures_util::future::join;
use tokio_postgres::types::Type as Wire;
use tokio_postgres::{Client, RowStream, Statement};

use super::faults::Failure;
use super::values::{Bound, check_columns, read_row};
use crate::db::{Row, Sql};
use crate::error::{Error, Result};

pub(super) type Driver<T> = std::result::Result<T, tokio_postgres::Error>;

/// A statement that can be run: prepared, or its text where nothing may be prepared.
#[derive(Clone)]
pub(super) enum Ready {
    Named(Statement),
    Text(Arc<str>, Arc<[Wire]>),
}

/// A step after BEGIN: both sent at once where that is safe, else one after the other.
pub(super) async fn after<T>(
    client: &Client,
    begin: Option<&str>,
    pipeline: bool,
    step: impl Future<Output = Driver<T>>,
) -> Driver<T> {
    match begin {
        None => step.await,
        Some(begin) if pipeline => {
            // `join` polls in this order, and a step is queued when it is first polled.
            let (began, done) = join(client.batch_execute(begin), step).await;
            began.and(done)
        }
        Some(begin) => {
            client.batch_execute(begin).await?;
            step.await
        }
    }
}

/// Runs a statement for its number of rows.
pub(super) async fn run(client: &Client, ready: Ready, params: Vec<Bound<'_>>) -> Driver<u64> {
    match &ready {
        Ready::Named(s) => client.execute_raw(s, params).await,
        Ready::Text(text, types) => {
            let stream = client.query_typed_raw(text, params.into_iter().zip(types.iter().cloned())).await?;
            let mut stream = pin!(stream);
            while stream.try_next().await?.is_some() {}
            Ok(stream.rows_affected().unwrap_or(0))
        }
    }
}

/// Reads all rows; the inner error is ours, about a column.
pub(super) async fn collect(statement: &str, stream: RowStream) -> Driver<Result<Vec<Row>>> {
    let mut stream = pin!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        if rows.is_empty()
            && let Err(e) = check_columns(statement, row.columns())
        {
            return Ok(Err(e));
        }
        match read_row(statement, &row) {
            Ok(row) => rows.push(row),
            Err(e) => return Ok(Err(e)),
        }
    }
    Ok(Ok(rows))
}

/// A statement prepared just now does not become better by preparing it again.
pub(super) fn no_longer_stale(sql: &Sql, failure: Failure) -> Failure {
    match failure {
        Failure::Stale => Failure::Final(Error::internal(format!(
            "{}: the database does not take the statement; behind PgBouncer in transaction mode set unnamed=true",
            sql.name
        ))),
        other => other,
    }
}
