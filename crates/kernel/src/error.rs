//! Which kind of error where: rules return small enums of their own; everything that reaches an edge (page, API, CLI)
//! is an [`Error`]. Its texts are read by users: what is wrong, where, and how to mend it. Details of the machine
//! (driver messages, paths) stay in [`Error::Internal`], which is logged once at the edge and never shown.

use serde::Serialize;

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Fault {
    /// Where: a JSON pointer into the body (`/values/3/number`), a form field or a query parameter.
    pub at: String,
    /// What is wrong and how to mend it, as a sentence.
    pub message: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at: at.into(), message: message.into() }
    }
}

/// Everything that can go wrong with a request.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The input has faults; nothing was stored. HTTP 422.
    #[error("{}", .0.iter().map(|f| f.message.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<Fault>),
    /// The request cannot be read at all (bad JSON, bad UTF-8, bad query string). HTTP 400.
    #[error("{0}")]
    Unreadable(String),
    /// No such thing, or none that this actor may know of. HTTP 404.
    #[error("{0}")]
    NotFound(String),
    /// Nobody is signed in, or the credential is no longer valid. HTTP 401.
    #[error("Sign in first, or send a valid token in the Authorization header.")]
    SignedOut,
    /// Signed in, but without the right. HTTP 403.
    #[error("{0}")]
    Forbidden(String),
    /// The URL exists, but not for this method. HTTP 405.
    #[error("This address does not take {0}.")]
    Method(String),
    /// The thing is not in the state that the act needs, or somebody else was faster. HTTP 409.
    #[error("{0}")]
    Conflict(String),
    /// Larger than the limit that the text states. HTTP 413.
    #[error("{0}")]
    TooLarge(String),
    /// The body has a media type that the route does not take. HTTP 415.
    #[error("{0}")]
    WrongMedia(String),
    /// Too many attempts; try again after this many seconds. HTTP 429.
    #[error("Too many attempts. Try again in {0} seconds.")]
    TooMany(u64),
    /// The server has more work queued than it can do in time; nothing was stored. HTTP 503.
    #[error("The server has more work than it can do at once. Nothing was stored; try again in a moment.")]
    Busy,
    /// The disk is full; nothing was stored. HTTP 507.
    #[error("The server's disk is full. Nothing was stored; the platform engineer has to make room.")]
    NoSpace,
    /// The commit was started and its end is not known. HTTP 500 with a type of its own.
    #[error(
        "The answer of the database to the last step was lost, so it is not known whether the change was stored. \
             Look before you repeat it, or repeat it with the same Idempotency-Key."
    )]
    OutcomeUnknown,
    /// A fault of ours; the text goes to the log, not to the user. HTTP 500.
    #[error("Something failed in the server. It has been logged.")]
    Internal(String),
}

/// Result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One fault at one place.
    pub fn invalid(at: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Invalid(vec![Fault::new(at, message)])
    }

    /// What is not there, as a fault of the field that named it; anything else stays what it is.
    #[must_use]
    pub fn at(self, place: &str) -> Self {
        match self {
            Self::NotFound(message) => Self::invalid(place, message),
            e => e,
        }
    }

    /// "There is no {kind} '{name}'."
    pub fn not_found(kind: &str, name: impl std::fmt::Display) -> Self {
        Error::NotFound(format!("There is no {kind} “{name}”."))
    }

    /// A failure of ours, with detail for the log.
    pub fn internal(detail: impl std::fmt::Display) -> Self {
        Error::Internal(detail.to_string())
    }

    /// HTTP status, stable slug for the problem type, and short title.
    pub fn class(&self) -> (u16, &'static str, &'static str) {
        match self {
            Error::Invalid(_) => (422, "invalid", "The input has faults"),
            Error::Unreadable(_) => (400, "unreadable", "The request cannot be read"),
            Error::NotFound(_) => (404, "not-found", "Not found"),
            Error::SignedOut => (401, "signed-out", "Not signed in"),
            Error::Forbidden(_) => (403, "forbidden", "Not allowed"),
            Error::Method(_) => (405, "method", "Method not allowed"),
            Error::Conflict(_) => (409, "conflict", "In conflict with what is stored"),
            Error::TooLarge(_) => (413, "too-large", "Too large"),
            Error::WrongMedia(_) => (415, "wrong-media", "Unknown media type"),
            Error::TooMany(_) => (429, "too-many", "Too many attempts"),
            Error::Busy => (503, "busy", "Busy"),
            Error::NoSpace => (507, "no-space", "The disk is full"),
            Error::OutcomeUnknown => (500, "outcome-unknown", "Outcome unknown"),
            Error::Internal(_) => (500, "internal", "Server fault"),
        }
    }
}

/// Collects faults so that a form or a batch names all of them at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// No fault yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault.
    pub fn add(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault::new(at, message));
    }

    /// Adds a fault unless `good`.
    pub fn check(&mut self, good: bool, at: impl Into<String>, message: impl Into<String>) {
        if !good {
            self.add(at, message);
        }
    }

    /// How many so far.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True while there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Err(Invalid)` if there is any fault.
    pub fn done(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
