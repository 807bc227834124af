//! Answers to anonymous acts: they leave no line in the log, and no id of a request.

use axum::response::{IntoResponse, Response};

/// In the extensions of an answer of which nothing is logged.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoLog;

/// The answer to an act from which nobody may learn who did it, or when: a ballot, an anonymous question.
#[derive(Debug)]
pub struct Unlogged<T>(pub T);

impl<T: IntoResponse> IntoResponse for Unlogged<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response.extensions_mut().insert(NoLog);
        response
    }
}
