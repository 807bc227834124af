//! What this room offers.

mod feeds;

use axum::routing::{get, patch, post};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route, joined};
use people::rights;

use crate::rules::{BackfillOffer, NewSource, Run, Source, Trial};
use crate::{api, jobs, store, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];
const RUNS: &[Param] = &[limit_param(200), param("cursor", "`next` of the page before")];

/// Sources.
pub static ROOM: Room = Room {
    name: "sources",
    routes: &ROUTES,
    migrations: &[
        Migration { number: 1, name: "sources", sql: include_str!("../migrations/0001_sources.sql") },
        Migration { number: 2, name: "backfill", sql: include_str!("../migrations/0002_backfill.sql") },
        Migration { number: 3, name: "feeds", sql: include_str!("../migrations/0003_feeds.sql") },
    ],
    statements: &[store::STATEMENTS, store::feed::STATEMENTS],
    jobs: jobs::JOBS,
    rights: &[&rights::SOURCES],
};

/// Of this file and of the file below it.
static ROUTES: [Route; OWN.len() + feeds::ROUTES.len()] = joined(&[OWN, feeds::ROUTES]);

const OWN: &[Route] = &[
    Route::page("GET", "/sources", Needs::SignedIn, || get(web::list)),
    Route::page("GET", "/sources/new", Needs::Everywhere(&rights::SOURCES), || get(web::new)),
    Route::page("POST", "/sources", Needs::Everywhere(&rights::SOURCES), || post(web::make)),
    Route::page("GET", "/sources/{source}", Needs::SignedIn, || get(web::source)),
    Route::page("GET", "/sources/{source}/change", Needs::Everywhere(&rights::SOURCES), || get(web::edit)),
    Route::page("POST", "/sources/{source}/change", Needs::Everywhere(&rights::SOURCES), || post(web::change)),
    Route::page("POST", "/sources/{source}/run", Needs::Everywhere(&rights::SOURCES), || post(web::run)),
    Route::page("POST", "/sources/{source}/trial", Needs::Everywhere(&rights::SOURCES), || post(web::trial)),
    Route::page("POST", "/sources/{source}/backfill", Needs::Everywhere(&rights::SOURCES), || post(web::backfill)),
    Route::page("POST", "/sources/{source}/archival", Needs::Everywhere(&rights::SOURCES), || post(web::archive)),
    Route::api(
        "GET",
        "/api/v1/sources",
        Needs::SignedIn,
        Doc::get("List sources in alphabetical order", schema::<Page<Source>>).query(PAGES),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/sources",
        Needs::Everywhere(&rights::SOURCES),
        Doc::create("Make a source; its first run is due at once", schema::<NewSource>, schema::<Source>),
        || post(api::make),
    ),
    Route::api("GET", "/api/v1/sources/{source}", Needs::SignedIn, Doc::get("Show a source", schema::<Source>), || get(api::show)),
    Route::api(
        "PATCH",
        "/api/v1/sources/{source}",
        Needs::Everywhere(&rights::SOURCES),
        Doc::change("Change a source; metric and subject stay", schema::<NewSource>, schema::<Source>),
        || patch(api::alter),
    ),
    Route::api(
        "POST",
        "/api/v1/sources/{source}/archival",
        Needs::Everywhere(&rights::SOURCES),
        Doc::remove("Put a source away; its values and runs stay"),
        || post(api::archive),
    ),
    Route::api(
        "POST",
        "/api/v1/sources/{source}/run",
        Needs::Everywhere(&rights::SOURCES),
        Doc::act("Run a source now and wait for the end", schema::<Run>),
        || post(api::run),
    ),
    Route::api(
        "POST",
        "/api/v1/sources/{source}/trial",
        Needs::Everywhere(&rights::SOURCES),
        Doc::act("Say what a run would store now; stores nothing", schema::<Trial>),
        || post(api::trial),
    ),
    Route::api(
        "GET",
        "/api/v1/sources/{source}/backfill",
        Needs::SignedIn,
        Doc::get("Say what filling in the past 26 sprints would ask for", schema::<BackfillOffer>),
        || get(api::offer),
    ),
    Route::api(
        "POST",
        "/api/v1/sources/{source}/backfill",
        Needs::Everywhere(&rights::SOURCES),
        Doc {
            status: 202,
            ..Doc::act("Fill in the past 26 sprints; runs as a job, and leaves typed and pushed values", schema::<Source>)
        },
        || post(api::backfill),
    ),
    Route::api(
        "GET",
        "/api/v1/sources/{source}/runs",
        Needs::SignedIn,
        Doc::get("List runs of a source, newest first; the last 200 are kept", schema::<Page<Run>>).query(RUNS),
        || get(api::runs),
    ),
];
