//! A room of this test that fails in every way there is, so that the pages about it can be looked at.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bellwether::rooms;
use kernel::error::{Error, Result};
use kernel::room::{Needs, Room, Route};
use kernel::web::{App, Ctx, page, shell};

/// All rooms and this one.
pub(crate) static ROOMS: LazyLock<Vec<&'static Room>> = LazyLock::new(|| rooms::ALL.iter().copied().chain([&ROOM]).collect());

static ROOM: Room = Room { name: "faults", routes: ROUTES, migrations: &[], statements: &[], jobs: &[], rights: &[] };

static ROUTES: &[Route] = &[
    Route::page("GET", "/fault/{n}", Needs::Nobody, || get(fault)),
    Route::page("GET", "/drawn/{n}", Needs::Nobody, || get(drawn)),
];

/// One of each kind.
fn errors() -> Vec<Error> {
    let long = "x".repeat(200);
    vec![
        Error::invalid("name", "The name is missing. Type one."),
        Error::Unreadable("A text is not UTF-8. Send UTF-8.".into()),
        Error::not_found("team", &long),
        Error::SignedOut,
        Error::Forbidden("You may not change values of this team. That is for members of the team and its facilitator.".into()),
        Error::Method("DELETE".into()),
        Error::Conflict("The report of Payments for sprint 22 was reviewed and is frozen.".into()),
        Error::TooLarge("The body is larger than 10 MB.".into()),
        Error::WrongMedia("Send a form as application/x-www-form-urlencoded.".into()),
        Error::TooMany(30),
        Error::Busy,
        Error::NoSpace,
        Error::OutcomeUnknown,
        Error::internal("a fault of ours"),
    ]
}

/// Addresses of all of them, and of the pages that the design system draws of faults.
pub(crate) fn paths() -> Vec<String> {
    let drawn = html::gallery_faults(&html::Shell::default()).len();
    (0..errors().len()).map(|n| format!("/fault/{n}")).chain((0..drawn).map(|n| format!("/drawn/{n}"))).collect()
}

async fn fault(Path(n): Path<usize>) -> Result<Response> {
    Err(errors().swap_remove(n))
}

async fn drawn(State(app): State<App>, cx: Ctx, Path(n): Path<usize>) -> Response {
    page(html::gallery_faults(&shell(&app, &cx, "", html::Place::None, false)).swap_remove(n).1)
}
