//! What this room offers.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, required, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::issue::Issue;
use crate::tracker::{NewTracker, Tracker};
use crate::{api, jobs, store, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];
const ISSUES: &[Param] = &[limit_param(200), param("cursor", "`next` of the page before")];
const ABOUT: &[Param] = &[required("kind", "Kind of the thing, such as `action`"), required("id", "Id of the thing")];

/// Issues in other trackers that a thing here is linked to, and their state.
pub static ROOM: Room = Room {
    name: "trackers",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "trackers", sql: include_str!("../migrations/0001_trackers.sql") }],
    statements: &[store::tracker::STATEMENTS, store::issue::STATEMENTS],
    jobs: jobs::JOBS,
    rights: &[&rights::TRACKERS],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/trackers", Needs::SignedIn, || get(web::list)),
    Route::page("POST", "/trackers", Needs::Everywhere(&rights::TRACKERS), || post(web::make)),
    Route::page("GET", "/trackers/{tracker}", Needs::SignedIn, || get(web::one)),
    Route::page("POST", "/trackers/{tracker}", Needs::Everywhere(&rights::TRACKERS), || post(web::change)),
    Route::page("POST", "/trackers/{tracker}/archival", Needs::Everywhere(&rights::TRACKERS), || post(web::archive)),
    // The signature is what a caller needs; the act asks for it first.
    Route::system("POST", "/in/trackers/{tracker}", Needs::Nobody, || post(api::hook)),
    Route::api(
        "GET",
        "/api/v1/trackers",
        Needs::SignedIn,
        Doc::get("List trackers in alphabetical order", schema::<Page<Tracker>>).query(PAGES),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/trackers",
        Needs::Everywhere(&rights::TRACKERS),
        Doc::create("Make a tracker: one project of Jira, GitHub or GitLab", schema::<NewTracker>, schema::<Tracker>),
        || post(api::make),
    ),
    Route::api("GET", "/api/v1/trackers/{tracker}", Needs::SignedIn, Doc::get("Show a tracker", schema::<Tracker>), || {
        get(api::show)
    }),
    Route::api(
        "PUT",
        "/api/v1/trackers/{tracker}",
        Needs::Everywhere(&rights::TRACKERS),
        Doc::change("Change a tracker; program and project stay", schema::<NewTracker>, schema::<Tracker>),
        || put(api::alter),
    ),
    Route::api(
        "POST",
        "/api/v1/trackers/{tracker}/archival",
        Needs::Everywhere(&rights::TRACKERS),
        Doc::remove("Put a tracker away; what was linked stays as it was read last"),
        || post(api::archive),
    ),
    Route::api(
        "GET",
        "/api/v1/trackers/{tracker}/issues",
        Needs::SignedIn,
        Doc::get("List issues of a tracker that are known here, newest first", schema::<Page<Issue>>).query(ISSUES),
        || get(api::issues),
    ),
    Route::api(
        "GET",
        "/api/v1/issues",
        Needs::SignedIn,
        Doc::get("List the issues that a thing is linked to, at most 20", schema::<Page<Issue>>).query(ABOUT),
        || get(api::about),
    ),
];
