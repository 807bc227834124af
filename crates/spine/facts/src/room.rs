//! What this room offers.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, Param, limit_param, param, required, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::acts::{FactsRecorded, NewFacts};
use crate::fact::Fact;
use crate::{api, store, web};

const WHICH: &[Param] = &[param("key", "Only facts of this key"), limit_param(500), param("cursor", "`next` of the page before")];

const PAST: &[Param] = &[
    required("key", "Key of the fact"),
    param("item", "Which of several; none if left out"),
    limit_param(500),
    param("cursor", "`next` of the page before"),
];

/// Facts.
pub static ROOM: Room = Room {
    name: "facts",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "facts", sql: include_str!("../migrations/0001_facts.sql") }],
    statements: &[store::STATEMENTS],
    jobs: &[],
    rights: &[&rights::VALUES],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/workloads/{workload}/facts", Needs::SignedIn, || get(web::show)),
    Route::page("POST", "/workloads/{workload}/facts", Needs::Team(&rights::VALUES), || post(web::record)),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/facts",
        Needs::SignedIn,
        Doc::get("List the newest facts of a workload, by key; also those that other ledgers know", schema::<Page<Fact>>)
            .query(WHICH),
        || get(api::list),
    ),
    Route::page("GET", "/workloads/{workload}/facts/history", Needs::SignedIn, || get(web::past)),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/facts/history",
        Needs::SignedIn,
        Doc::get("List what was recorded of one fact, newest first", schema::<Page<Fact>>).query(PAST),
        || get(api::past),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/facts",
        Needs::Team(&rights::VALUES),
        Doc::create(
            "Record up to 1,000 facts, all or none; the same fact again is no news",
            schema::<NewFacts>,
            schema::<FactsRecorded>,
        ),
        || post(api::record),
    ),
];
