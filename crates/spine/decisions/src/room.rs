//! What this room offers.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::decision::{Decision, NewDecision};
use crate::{api, store, web};

const WHICH: &[Param] = &[
    param("q", "Words that all occur in number, title, decision or reason"),
    param("kind", "`decision` or `accepted-risk`"),
    param("team", "Slug of a team"),
    param("workload", "Slug of a workload"),
    limit_param(500),
    param("cursor", "`next` of the page before"),
];

/// The ledger of decisions.
pub static ROOM: Room = Room {
    name: "decisions",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "decisions", sql: include_str!("../migrations/0001_decisions.sql") }],
    statements: &[store::STATEMENTS],
    jobs: &[],
    rights: &[&rights::DECISIONS, &rights::RISKS],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/decisions", Needs::SignedIn, || get(web::all)),
    Route::page("POST", "/decisions", Needs::Somewhere(&rights::DECISIONS), || post(web::decide)),
    Route::page("GET", "/decisions/{decision}", Needs::SignedIn, || get(web::one)),
    Route::api(
        "GET",
        "/api/v1/decisions",
        Needs::SignedIn,
        Doc::get("List decisions, newest first", schema::<Page<Decision>>).query(WHICH),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/decisions",
        Needs::Somewhere(&rights::DECISIONS),
        Doc::create(
            "Write a decision down; it never changes, but another can supersede it",
            schema::<NewDecision>,
            schema::<Decision>,
        ),
        || post(api::decide),
    ),
    Route::api(
        "GET",
        "/api/v1/decisions/{decision}",
        Needs::SignedIn,
        Doc::get("Show a decision by its number", schema::<Decision>),
        || get(api::show),
    ),
];
