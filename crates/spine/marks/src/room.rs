//! What this room offers.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, Param, limit_param, param, required, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::mark::{Mark, NewMark};
use crate::{api, store, web};

const WHICH: &[Param] = &[
    required("on", "`group`, `team`, `workload` or `service`"),
    required("slug", "Slug of that; marks on what belongs to it are listed too"),
    param("from", "RFC 3339; marks from this time on"),
    param("to", "RFC 3339; marks before this time"),
    limit_param(500),
    param("cursor", "`next` of the page before"),
];

/// Marks.
pub static ROOM: Room = Room {
    name: "marks",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "marks", sql: include_str!("../migrations/0001_marks.sql") }],
    statements: &[store::STATEMENTS],
    jobs: &[],
    rights: &[&rights::NOTES],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/teams/{team}/marks", Needs::SignedIn, || get(web::show)),
    Route::page("POST", "/teams/{team}/marks", Needs::Team(&rights::NOTES), || post(web::record)),
    Route::page("POST", "/teams/{team}/marks/{mark}/retraction", Needs::Team(&rights::NOTES), || post(web::take_back)),
    Route::api(
        "GET",
        "/api/v1/marks",
        Needs::SignedIn,
        Doc::get("List what happened, newest first", schema::<Page<Mark>>).query(WHICH),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/marks",
        Needs::Somewhere(&rights::NOTES),
        Doc::create("Mark that something happened; the same origin again is the same mark", schema::<NewMark>, schema::<Mark>),
        || post(api::record),
    ),
    Route::api(
        "POST",
        "/api/v1/marks/{mark}/retraction",
        Needs::Somewhere(&rights::NOTES),
        Doc::change("Take a mark back", schema::<api::Retraction>, schema::<Mark>),
        || post(api::take_back),
    ),
];
