//! What this room offers.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, required, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::acts::paste::{Paste, Pasted};
use crate::acts::undo::{AllWithdrawn, Withdrawal};
use crate::acts::{Recorded, Redefinition};
use crate::baseline::{Frozen, Refusal};
use crate::definition::Definition;
use crate::store::Versioned;
use crate::{api, store, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];
const OF_METRIC: &[Param] = &[param("metric", "Key of one metric; all if left out")];
const SUBJECT: Param = required("subject", "Slug of the team, workload or service");
const WHICH: &[Param] = &[SUBJECT, limit_param(1000)];

/// Metrics.
pub static ROOM: Room = Room {
    name: "metrics",
    routes: ROUTES,
    migrations: &[
        Migration { number: 1, name: "metrics", sql: include_str!("../migrations/0001_metrics.sql") },
        Migration { number: 2, name: "undoes", sql: include_str!("../migrations/0002_undoes.sql") },
        Migration { number: 3, name: "refusals", sql: include_str!("../migrations/0003_refusals.sql") },
    ],
    statements: &[store::STATEMENTS, store::ledger::STATEMENTS, store::merge::STATEMENTS],
    jobs: &[],
    rights: &[&rights::DEFINITIONS, &rights::VALUES, &rights::NOTES, &rights::BASELINES],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/metrics-list", Needs::SignedIn, || get(web::list)),
    Route::page("GET", "/metrics-list/new", Needs::Somewhere(&rights::DEFINITIONS), || get(web::new)),
    Route::page("POST", "/metrics-list", Needs::Somewhere(&rights::DEFINITIONS), || post(web::define)),
    Route::page("GET", "/metrics-list/{metric}", Needs::SignedIn, || get(web::forms::show)),
    Route::page("GET", "/metrics-list/{metric}/edit", Needs::Somewhere(&rights::DEFINITIONS), || get(web::forms::edit)),
    Route::page("POST", "/metrics-list/{metric}/edit", Needs::Somewhere(&rights::DEFINITIONS), || post(web::forms::redefine)),
    Route::page("POST", "/metrics/{metric}/{subject}/values", Needs::Team(&rights::VALUES), || post(web::forms::record)),
    Route::page("POST", "/metrics/{metric}/{subject}/baselines", Needs::Team(&rights::BASELINES), || post(web::forms::freeze)),
    Route::page("POST", "/metrics/{metric}/{subject}/proposal", Needs::Team(&rights::BASELINES), || post(web::forms::answer)),
    Route::page("GET", "/metrics/{metric}/{subject}", Needs::SignedIn, || get(web::metric)),
    Route::page("GET", "/values/{team}", Needs::SignedIn, || get(web::values::show)),
    Route::page("POST", "/values/{team}", Needs::Team(&rights::VALUES), || post(web::values::paste)),
    Route::page("POST", "/values/{team}/withdrawal", Needs::Team(&rights::VALUES), || post(web::values::withdraw)),
    Route::api(
        "GET",
        "/api/v1/metrics",
        Needs::SignedIn,
        Doc::get("List metric definitions by key", schema::<Page<Versioned>>).query(PAGES),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/metrics",
        Needs::Somewhere(&rights::DEFINITIONS),
        Doc::create("Define a metric", schema::<Definition>, schema::<Versioned>),
        || post(api::define),
    ),
    Route::api("GET", "/api/v1/metrics/{metric}", Needs::SignedIn, Doc::get("Show a definition", schema::<Versioned>), || {
        get(api::show)
    }),
    Route::api(
        "PUT",
        "/api/v1/metrics/{metric}",
        Needs::Somewhere(&rights::DEFINITIONS),
        Doc::change("Make a new version of a definition", schema::<Redefinition>, schema::<Versioned>),
        || put(api::redefine),
    ),
    Route::api(
        "GET",
        "/api/v1/metrics/{metric}/values",
        Needs::SignedIn,
        Doc::get("List values of one subject, oldest first", schema::<api::Series>).query(WHICH),
        || get(api::values),
    ),
    Route::api(
        "POST",
        "/api/v1/metrics/{metric}/notes",
        Needs::Somewhere(&rights::NOTES),
        Doc { body: Some(schema::<api::NewNote>), ..Doc::remove("Write words on a value") },
        || post(api::annotate),
    ),
    Route::api(
        "POST",
        "/api/v1/metrics/{metric}/baselines",
        Needs::Somewhere(&rights::BASELINES),
        Doc::create("Freeze a baseline", schema::<api::BaselineFor>, schema::<Frozen>),
        || post(api::freeze),
    ),
    Route::api(
        "GET",
        "/api/v1/metrics/{metric}/proposal",
        Needs::SignedIn,
        Doc::get("Show the baseline that the rules propose", schema::<api::proposal::ProposalOffer>).query(&[SUBJECT]),
        || get(api::proposal::show),
    ),
    Route::api(
        "POST",
        "/api/v1/metrics/{metric}/refusals",
        Needs::Somewhere(&rights::BASELINES),
        Doc::create("Refuse a proposed baseline; to accept it, freeze it", schema::<api::proposal::RefusalFor>, schema::<Refusal>),
        || post(api::proposal::refuse),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/paste",
        Needs::Team(&rights::VALUES),
        Doc::change("Take values out of a pasted table, or say what would be taken", schema::<Paste>, schema::<Pasted>),
        || post(api::table::paste),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/withdrawal",
        Needs::Team(&rights::VALUES),
        Doc::change("Take back what the caller recorded in this sprint", schema::<Withdrawal>, schema::<AllWithdrawn>),
        || post(api::table::withdraw),
    ),
    Route::api(
        "GET",
        "/api/v1/teams/{team}/values",
        Needs::SignedIn,
        Doc::get("Write a team's values as CSV", schema::<String>).query(OF_METRIC).media("text/csv; charset=utf-8"),
        || get(api::table::csv),
    ),
    Route::api(
        "POST",
        "/api/v1/values",
        Needs::Somewhere(&rights::VALUES),
        Doc::change("Record up to 10,000 values, all or none", schema::<api::Batch>, schema::<Recorded>),
        || post(api::record),
    ),
];
