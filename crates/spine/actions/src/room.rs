//! What this room offers.

use axum::routing::{delete, get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;
use trackers::NewIssueLink;

use crate::action::Action;
use crate::change::{ActionEdit, StateChange};
use crate::new::NewAction;
use crate::view::ActionView;
use crate::{api, store, web};

const WHICH: &[Param] = &[
    param("team", "Slug of a team"),
    param("workload", "Slug of a workload"),
    param("state", "`open`, `in-progress`, `done`, `dropped`, `unfinished` for the first two, or `all`, which it is if left out"),
    param("origin", "`report`, `session`, `risk`, `incident`, `game-day`, `concern`, `standard` or `by-hand`"),
    param("late", "`yes` for those alone whose last day is over"),
    param("owner", "`me` for what you answer for, by name or by a role in a team"),
    limit_param(500),
    param("cursor", "`next` of the page before"),
];
const ROWS: &[Param] = &[WHICH[0], WHICH[1], WHICH[2], WHICH[3], WHICH[4], WHICH[5]];

/// The register of actions.
pub static ROOM: Room = Room {
    name: "actions",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "actions", sql: include_str!("../migrations/0001_actions.sql") }],
    statements: &[store::STATEMENTS, store::count::STATEMENTS],
    jobs: &[],
    rights: &[&rights::ACTIONS],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/actions", Needs::SignedIn, || get(web::all)),
    Route::page("GET", "/teams/{team}/actions", Needs::SignedIn, || get(web::team)),
    Route::page("POST", "/teams/{team}/actions", Needs::Team(&rights::ACTIONS), || post(web::add)),
    Route::page("GET", "/actions/{action}", Needs::SignedIn, || get(web::one::one)),
    Route::page("POST", "/actions/{action}", Needs::Somewhere(&rights::ACTIONS), || post(web::one::edit)),
    Route::page("POST", "/actions/{action}/state", Needs::Somewhere(&rights::ACTIONS), || post(web::one::move_on)),
    Route::page("POST", "/actions/{action}/issues", Needs::Somewhere(&rights::ACTIONS), || post(web::one::link)),
    Route::page("POST", "/actions/{action}/issues/{issue}/removal", Needs::Somewhere(&rights::ACTIONS), || post(web::one::unlink)),
    Route::api(
        "POST",
        "/api/v1/actions/{action}/issues",
        Needs::Somewhere(&rights::ACTIONS),
        Doc::create(
            "Link an action to an issue, or make one from it, once for each tracker",
            schema::<NewIssueLink>,
            schema::<ActionView>,
        ),
        || post(api::link),
    ),
    Route::api(
        "DELETE",
        "/api/v1/actions/{action}/issues/{issue}",
        Needs::Somewhere(&rights::ACTIONS),
        Doc::remove("Take the link to an issue away; the issue stays in its tracker"),
        || delete(api::unlink),
    ),
    Route::api(
        "GET",
        "/api/v1/actions",
        Needs::SignedIn,
        Doc::get("List actions by team in the fixed order, within a team by last day", schema::<Page<Action>>).query(WHICH),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/actions",
        Needs::Somewhere(&rights::ACTIONS),
        Doc::create("Put an action into the register", schema::<NewAction>, schema::<Action>),
        || post(api::add),
    ),
    Route::api(
        "GET",
        "/api/v1/actions/csv",
        Needs::SignedIn,
        Doc::get("Write actions as CSV, at most 10,000", schema::<String>).query(ROWS).media("text/csv; charset=utf-8"),
        || get(api::csv),
    ),
    Route::api(
        "GET",
        "/api/v1/actions/{action}",
        Needs::SignedIn,
        Doc::get("Show an action with its changes and what it did to its metric", schema::<ActionView>),
        || get(api::show),
    ),
    Route::api(
        "PUT",
        "/api/v1/actions/{action}",
        Needs::Somewhere(&rights::ACTIONS),
        Doc::change("Change what an action says; a day that moves back is counted", schema::<ActionEdit>, schema::<Action>),
        || put(api::edit),
    ),
    Route::api(
        "POST",
        "/api/v1/actions/{action}/state",
        Needs::Somewhere(&rights::ACTIONS),
        Doc::change("Say how far an action is; done needs evidence, dropped a reason", schema::<StateChange>, schema::<Action>),
        || post(api::move_on),
    ),
];
