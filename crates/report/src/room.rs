//! What this room offers.

use axum::routing::{delete, get, post, put};
use catalogue::exemptions::{Asked, Exemption};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route};
use metrics::ledger::Withdrawn;
use people::rights;

use crate::acts::entry::TakeBack;
use crate::acts::{NewWords, Reviewed};
use crate::automation::Automation;
use crate::document::{Document, Signature};
use crate::lists::{Entry, NewEntry};
use crate::questions::{NewAnswer, NewQuestion, Question};
use crate::template::NewTemplate;
use crate::template::VersionedTemplate;
use crate::{api, store, web};

const OF_SPRINT: &[Param] = &[param("sprint", "Number of the sprint; the one that is being reported if left out")];
const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];

/// Reports.
pub static ROOM: Room = Room {
    name: "report",
    routes: ROUTES,
    migrations: &[
        Migration { number: 1, name: "report", sql: include_str!("../migrations/0001_report.sql") },
        Migration { number: 2, name: "lists", sql: include_str!("../migrations/0002_lists.sql") },
        Migration { number: 3, name: "questions", sql: include_str!("../migrations/0003_questions.sql") },
    ],
    statements: &[store::STATEMENTS, store::digest::STATEMENTS, store::lists::STATEMENTS, store::questions::STATEMENTS],
    jobs: &[],
    rights: &[&rights::TEMPLATE, &rights::VALUES, &rights::NOTES, &rights::READY, &rights::REVIEW, &rights::ASK],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/reports", Needs::SignedIn, || get(web::list)),
    Route::page("GET", "/reports/{team}", Needs::SignedIn, || get(web::newest)),
    Route::page("GET", "/reports/{team}/automation", Needs::SignedIn, || get(web::automation::show)),
    Route::page("GET", "/reports/{team}/{sprint}", Needs::SignedIn, || get(web::show)),
    Route::page("GET", "/reports/{team}/{sprint}/markdown", Needs::SignedIn, || get(web::markdown)),
    Route::page("GET", "/reports/{team}/{sprint}/entry", Needs::Team(&rights::VALUES), || get(web::fill_form)),
    Route::page("POST", "/reports/{team}/{sprint}/entry", Needs::Team(&rights::VALUES), || post(web::fill)),
    Route::page("POST", "/reports/{team}/{sprint}/readiness", Needs::Team(&rights::READY), || post(web::hand_in)),
    Route::page("POST", "/reports/{team}/{sprint}/reopening", Needs::Team(&rights::READY), || post(web::reopen)),
    Route::page("POST", "/reports/{team}/{sprint}/review", Needs::Team(&rights::REVIEW), || post(web::review)),
    Route::page("GET", "/reports/{team}/{sprint}/questions", Needs::SignedIn, || get(web::questions::show)),
    Route::page("POST", "/reports/{team}/{sprint}/questions", Needs::Team(&rights::ASK), || post(web::questions::ask)),
    Route::page("POST", "/reports/{team}/{sprint}/questions/{question}/answer", Needs::Team(&rights::NOTES), || {
        post(web::questions::answer)
    }),
    Route::page("GET", "/reports/{team}/lists/{list}", Needs::SignedIn, || get(web::lists::show)),
    Route::page("POST", "/reports/{team}/lists/{list}", Needs::Team(&rights::NOTES), || post(web::lists::save)),
    Route::page("POST", "/reports/{team}/lists/{list}/{entry}/removal", Needs::Team(&rights::NOTES), || post(web::lists::take_out)),
    Route::page("GET", "/reports/{team}/exemptions/{metric}/{subject}", Needs::SignedIn, || get(web::exemptions::show)),
    Route::page("POST", "/reports/{team}/exemptions/{metric}/{subject}", Needs::Team(&rights::EXEMPTION), || {
        post(web::exemptions::ask)
    }),
    Route::page("GET", "/overview/{group}", Needs::SignedIn, || get(web::group)),
    Route::page("GET", "/groups/{group}/template", Needs::SignedIn, || get(web::template)),
    Route::page("POST", "/groups/{group}/template", Needs::Group(&rights::TEMPLATE), || post(web::agree)),
    Route::api(
        "GET",
        "/api/v1/reports/{team}/{sprint}",
        Needs::SignedIn,
        Doc::get("Show a report, frozen or as it is now", schema::<Document>),
        || get(api::show),
    ),
    Route::api(
        "GET",
        "/api/v1/reports/{team}/{sprint}/csv",
        Needs::SignedIn,
        Doc::get("Write a report as CSV: one row for each metric of each subject", schema::<String>)
            .media("text/csv; charset=utf-8"),
        || get(api::csv),
    ),
    Route::api(
        "POST",
        "/api/v1/reports/{team}/{sprint}/withdrawal",
        Needs::Team(&rights::VALUES),
        Doc::change("Take back one's own newest entry, until the report is reviewed", schema::<TakeBack>, schema::<Withdrawn>),
        || post(api::automation::withdraw),
    ),
    Route::api(
        "GET",
        "/api/v1/teams/{team}/automation",
        Needs::SignedIn,
        Doc::get("Show how much of a team's report comes in by itself, and what is typed", schema::<Automation>).query(OF_SPRINT),
        || get(api::automation::show),
    ),
    Route::api(
        "POST",
        "/api/v1/reports/{team}/{sprint}/readiness",
        Needs::Team(&rights::READY),
        Doc::act("Mark a report ready", schema::<Signature>),
        || post(api::hand_in),
    ),
    Route::api(
        "POST",
        "/api/v1/reports/{team}/{sprint}/reopening",
        Needs::Team(&rights::READY),
        Doc::remove("Open a ready report again"),
        || post(api::reopen),
    ),
    Route::api(
        "POST",
        "/api/v1/reports/{team}/{sprint}/review",
        Needs::Team(&rights::REVIEW),
        Doc::act("Mark a report reviewed and freeze it", schema::<Reviewed>),
        || post(api::review),
    ),
    Route::api(
        "PUT",
        "/api/v1/reports/{team}/{sprint}/words",
        Needs::Team(&rights::NOTES),
        Doc { body: Some(schema::<NewWords>), ..Doc::remove("Write a win, an ask or learnings") },
        || put(api::say),
    ),
    Route::api(
        "GET",
        "/api/v1/reports/{team}/{sprint}/questions",
        Needs::SignedIn,
        Doc::get("List questions about a report, oldest first", schema::<Page<Question>>),
        || get(api::questions::all),
    ),
    Route::api(
        "POST",
        "/api/v1/reports/{team}/{sprint}/questions",
        Needs::Team(&rights::ASK),
        Doc::create("Ask about a number", schema::<NewQuestion>, schema::<Question>),
        || post(api::questions::ask),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/questions/{question}/answer",
        Needs::Team(&rights::NOTES),
        Doc::change("Answer a question", schema::<NewAnswer>, schema::<Question>),
        || post(api::questions::answer),
    ),
    Route::api(
        "GET",
        "/api/v1/teams/{team}/lists/{list}",
        Needs::SignedIn,
        Doc::get("List entries of a team's list", schema::<Page<Entry>>).query(PAGES),
        || get(api::lists::all),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/lists/{list}",
        Needs::Team(&rights::NOTES),
        Doc::create("Add an entry", schema::<NewEntry>, schema::<Entry>),
        || post(api::lists::add),
    ),
    Route::api(
        "PUT",
        "/api/v1/teams/{team}/lists/{list}/{entry}",
        Needs::Team(&rights::NOTES),
        Doc::change("Change an entry, or say that it was looked at", schema::<NewEntry>, schema::<Entry>),
        || put(api::lists::put),
    ),
    Route::api(
        "DELETE",
        "/api/v1/teams/{team}/lists/{list}/{entry}",
        Needs::Team(&rights::NOTES),
        Doc::remove("Take an entry out; frozen reports keep it"),
        || delete(api::lists::take_out),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/exemptions/{metric}/{subject}",
        Needs::Team(&rights::EXEMPTION),
        Doc::create("Ask for an exemption of a row of the report, or rule the row out", schema::<Asked>, schema::<Exemption>),
        || post(api::exemptions::ask),
    ),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/template",
        Needs::SignedIn,
        Doc::get("Show a group's template", schema::<VersionedTemplate>),
        || get(api::template),
    ),
    Route::api(
        "PUT",
        "/api/v1/groups/{group}/template",
        Needs::Group(&rights::TEMPLATE),
        Doc::change("Agree a new version of a group's template", schema::<NewTemplate>, schema::<VersionedTemplate>),
        || put(api::agree),
    ),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/overview",
        Needs::SignedIn,
        Doc::get("Show a group's signals and states", schema::<api::GroupOverview>),
        || get(api::group),
    ),
];
