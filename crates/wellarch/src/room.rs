//! What this room offers.

mod evidence;
mod held;
mod piece;
mod plan;
mod sitting;
mod template;
mod together;
mod vote;

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, param, required, schema};
use kernel::room::{Migration, Needs, Room, Route, joined, total};
use people::rights;

use crate::acts::lens::Published;
use crate::acts::review::NewReview;
use crate::document::{ReviewDocument, ReviewQuestion};
use crate::milestone::{Comparison, Milestone, NewMilestone};
use crate::published::{LensVersion, NewLens};
use crate::review::NewReviewAnswer;
use crate::risks::WorkloadRisks;
use crate::{api, jobs, store, web};

const WHICH: &[Param] = &[param("version", "Digest of a version; the newest if left out")];
const WRITTEN: &[Param] =
    &[param("version", "Digest of a version; the newest if left out"), param("form", "`aws` or `yaml`; as it came if left out")];

const ENDS: &[Param] =
    &[required("from", "Name of a milestone in addresses"), param("to", "The same, or `now`, which it is if left out")];

/// Lenses and reviews.
pub static ROOM: Room = Room {
    name: "wellarch",
    routes: &ROUTES,
    migrations: &[
        Migration { number: 1, name: "lenses", sql: include_str!("../migrations/0001_lenses.sql") },
        Migration { number: 2, name: "reviews", sql: include_str!("../migrations/0002_reviews.sql") },
        Migration { number: 3, name: "milestones", sql: include_str!("../migrations/0003_milestones.sql") },
        Migration { number: 4, name: "prevalence", sql: include_str!("../migrations/0004_prevalence.sql") },
        Migration { number: 5, name: "live", sql: include_str!("../migrations/0005_live.sql") },
        Migration { number: 6, name: "sittings", sql: include_str!("../migrations/0006_sittings.sql") },
        Migration { number: 7, name: "votes", sql: include_str!("../migrations/0007_votes.sql") },
        Migration { number: 8, name: "due", sql: include_str!("../migrations/0008_due.sql") },
        Migration { number: 9, name: "upgrades", sql: include_str!("../migrations/0009_upgrades.sql") },
        Migration { number: 10, name: "origins", sql: include_str!("../migrations/0010_origins.sql") },
        Migration { number: 11, name: "templates", sql: include_str!("../migrations/0011_templates.sql") },
        Migration { number: 12, name: "tickets", sql: include_str!("../migrations/0012_tickets.sql") },
    ],
    statements: &[
        store::comment::STATEMENTS,
        store::due::STATEMENTS,
        store::lens::STATEMENTS,
        store::milestone::STATEMENTS,
        store::moving::STATEMENTS,
        store::presence::STATEMENTS,
        store::prevalence::STATEMENTS,
        store::review::STATEMENTS,
        store::sitting::STATEMENTS,
        store::template::STATEMENTS,
        store::vote::STATEMENTS,
        store::upgrade::STATEMENTS,
        store::using::STATEMENTS,
    ],
    jobs: jobs::ALL,
    rights: &[&rights::LENSES, &rights::ANSWERS, &rights::ANSWER_TEMPLATES, &rights::TAKE_PART, &rights::MILESTONES],
};

/// Of this file and of the files below it.
const PARTS: &[&[Route]] = &[
    OWN,
    evidence::ROUTES,
    held::ROUTES,
    piece::ROUTES,
    plan::ROUTES,
    sitting::ROUTES,
    template::ROUTES,
    together::ROUTES,
    vote::ROUTES,
];
static ROUTES: [Route; total(PARTS)] = joined(PARTS);

const OWN: &[Route] = &[
    Route::page("GET", "/lenses", Needs::SignedIn, || get(web::lens::all)),
    Route::page("POST", "/lenses", Needs::Somewhere(&rights::LENSES), || post(web::lens::publish)),
    Route::page("GET", "/lenses/{lens}", Needs::SignedIn, || get(web::lens::one)),
    Route::page("GET", "/lenses/{lens}/file", Needs::SignedIn, || get(web::lens::file)),
    Route::api(
        "GET",
        "/api/v1/lenses",
        Needs::SignedIn,
        Doc::get("List lenses with all their versions", schema::<Page<LensVersion>>),
        || get(api::lens::all),
    ),
    Route::api(
        "POST",
        "/api/v1/lenses",
        Needs::Somewhere(&rights::LENSES),
        Doc::create("Publish a version of a lens; the same file again is the same version", schema::<NewLens>, schema::<Published>),
        || post(api::lens::publish),
    ),
    Route::api(
        "GET",
        "/api/v1/lenses/{lens}",
        Needs::SignedIn,
        Doc::get("Show a lens and what its check found", schema::<api::lens::LensView>).query(WHICH),
        || get(api::lens::one),
    ),
    Route::api(
        "GET",
        "/api/v1/lenses/{lens}/files",
        Needs::SignedIn,
        Doc::get("Write a lens back, as it came or in another form", schema::<api::lens::LensFiles>).query(WRITTEN),
        || get(api::lens::files),
    ),
    Route::page("GET", "/reviews", Needs::SignedIn, || get(web::review::all)),
    Route::page("GET", "/workloads/{workload}/reviews", Needs::SignedIn, || get(web::review::of_workload)),
    Route::page("POST", "/workloads/{workload}/reviews", Needs::Team(&rights::ANSWERS), || post(web::review::begin)),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}", Needs::SignedIn, || get(web::review::one)),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/questions/{question}", Needs::SignedIn, || get(web::question::show)),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/questions/{question}", Needs::Team(&rights::ANSWERS), || {
        post(web::question::answer)
    }),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews",
        Needs::SignedIn,
        Doc::get("List reviews of a workload, as they stand", schema::<Page<ReviewDocument>>),
        || get(api::review::of_workload),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews",
        Needs::Team(&rights::ANSWERS),
        Doc::create("Begin a review of a workload against a version of a lens", schema::<NewReview>, schema::<ReviewDocument>),
        || post(api::review::begin),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}",
        Needs::SignedIn,
        Doc::get("Show a review as it stands", schema::<ReviewDocument>),
        || get(api::review::one),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}",
        Needs::SignedIn,
        Doc::get("Show a question with its answer, its risk and what would lower it", schema::<ReviewQuestion>),
        || get(api::review::question),
    ),
    Route::api(
        "PUT",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}",
        Needs::Team(&rights::ANSWERS),
        Doc::change(
            "Answer a question; 409 with who and what if somebody has since",
            schema::<NewReviewAnswer>,
            schema::<ReviewQuestion>,
        ),
        || put(api::review::answer),
    ),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/milestones", Needs::SignedIn, || get(web::milestone::all)),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/milestones", Needs::Team(&rights::MILESTONES), || {
        post(web::milestone::save)
    }),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/milestones/{milestone}", Needs::SignedIn, || get(web::milestone::one)),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/comparison", Needs::SignedIn, || get(web::milestone::comparison)),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/milestones",
        Needs::SignedIn,
        Doc::get("List milestones of a review, oldest first", schema::<Page<Milestone>>),
        || get(api::milestone::all),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/milestones",
        Needs::Team(&rights::MILESTONES),
        Doc::create("Save a review as it stands; it never changes", schema::<NewMilestone>, schema::<Milestone>),
        || post(api::milestone::save),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/milestones/{milestone}",
        Needs::SignedIn,
        Doc::get("Show a review as it stood, byte for byte as its digest says", schema::<ReviewDocument>),
        || get(api::milestone::one),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/comparison",
        Needs::SignedIn,
        Doc::get("Show what changed between two milestones", schema::<Comparison>).query(ENDS),
        || get(api::milestone::comparison),
    ),
    Route::page("GET", "/workloads/{workload}/risks", Needs::SignedIn, || get(web::risks::show)),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/risks",
        Needs::SignedIn,
        Doc::get("Show the risks of a workload by pillar, and what to do first", schema::<WorkloadRisks>),
        || get(api::risks::show),
    ),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/report", Needs::SignedIn, || get(web::report::show)),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/report/markdown", Needs::SignedIn, || get(web::report::markdown)),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/csv",
        Needs::SignedIn,
        Doc::get("Write a review as CSV: one row for each choice", schema::<String>).media("text/csv; charset=utf-8"),
        || get(api::report::csv),
    ),
];
