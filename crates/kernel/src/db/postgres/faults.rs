//! What the driver's errors mean. Its texts go to the log, once, without the DETAIL line, which quotes rows.

use tokio_postgres::error::{DbError, Severity};

use crate::error::Error;

/// What to do about a failed step.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// The server undid the transaction and asks for another try.
    Again,
    /// The link is gone; nothing that was not committed is stored.
    Lost,
    /// The statement no longer fits the tables: prepare it anew.
    Stale,
    /// Another try would end the same.
    Final(Error),
}

/// Reads an error of a step before COMMIT was sent, or of COMMIT if the server itself said how it ended.
pub(super) fn classify(what: &str, e: &tokio_postgres::Error) -> Failure {
    let Some(db) = e.as_db_error() else {
        return if is_link(e) {
            tracing::warn!(step = what, error = %chain(e), "The link to the database broke");
            Failure::Lost
        } else {
            tracing::error!(step = what, error = %chain(e), "The database driver refused a step");
            Failure::Final(Error::internal(format!("{what}: the driver refused the step")))
        };
    };
    let code = db.code().code();
    if ends_session(db) {
        tracing::warn!(step = what, code, error = db.message(), "The database ended the session");
        return Failure::Lost;
    }
    match code {
        "40001" | "40P01" => {
            tracing::debug!(step = what, code, "The database asks for another try");
            Failure::Again
        }
        "0A000" | "26000" => {
            tracing::warn!(step = what, code, error = db.message(), "A statement does not fit the database");
            Failure::Stale
        }
        "23505" => {
            tracing::debug!(step = what, code, constraint = db.constraint(), "A row exists already");
            Failure::Final(Error::Conflict(
                "That already exists; perhaps somebody else was faster. Reload the page and look.".into(),
            ))
        }
        "23503" => {
            tracing::debug!(step = what, code, constraint = db.constraint(), "A row is missing or in use");
            Failure::Final(Error::Conflict(
                "That refers to something that is no longer there, or is still referred to. Reload the page and look.".into(),
            ))
        }
        "57014" | "55P03" => {
            tracing::warn!(step = what, code, error = db.message(), "A statement took too long and was ended");
            Failure::Final(Error::Busy)
        }
        "53100" => {
            tracing::error!(step = what, code, error = db.message(), "The database's disk is full");
            Failure::Final(Error::NoSpace)
        }
        "25006" => {
            tracing::error!(step = what, code, "A read tried to write");
            Failure::Final(Error::internal(format!("{what}: a read tried to write")))
        }
        _ => {
            tracing::error!(step = what, code, error = db.message(), "The database refused a step");
            Failure::Final(Error::internal(format!("{what}: the database refused the step ({code})")))
        }
    }
}

/// True if the answer to COMMIT leaves open how it ended.
pub(super) fn commit_unknown(e: &tokio_postgres::Error) -> bool {
    match e.as_db_error() {
        Some(db) => ends_session(db) || db.code().code() == "40003",
        None => true,
    }
}

/// Why a connection could not be made, for the operator: the driver's reasons in one line; it never holds a password.
pub(super) fn chain(e: &tokio_postgres::Error) -> String {
    if let Some(db) = e.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut text = e.to_string();
    let mut source = std::error::Error::source(e);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// The session is over: FATAL and PANIC, connection failures, shutdown.
fn ends_session(db: &DbError) -> bool {
    let code = db.code().code();
    matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
        || code.starts_with("08")
        || matches!(code, "57P01" | "57P02" | "57P03" | "57P05" | "25P03")
}

/// Closed, or an I/O or protocol error on the stream; binding faults are not.
fn is_link(e: &tokio_postgres::Error) -> bool {
    use std::error::Error as _;
    let encoding = e.to_string().starts_with("error encoding");
    e.is_closed() || (!encoding && e.source().is_some_and(|s| s.is::<std::io::Error>()))
}
