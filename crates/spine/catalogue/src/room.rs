//! What this room offers.

mod agreed;

use axum::routing::{get, patch, post};
use kernel::api::{Doc, Page, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route, joined};
use people::rights;

use crate::plan::Plan;
use crate::rules::{
    Entry, Group, GroupPatch, History, Merged, NewGroup, NewHandOver, NewMerge, NewReason, NewService, NewTeam, NewWorkload,
    Service, ServicePatch, Team, TeamPatch, Workload, WorkloadPatch,
};
use crate::wanted::NewImport;
use crate::{api, store, web};

const STANDINGS: &[kernel::api::Param] = &[
    limit_param(500),
    param("cursor", "`next` of the page before"),
    param("show", "in_use (with orphaned ones; if absent), orphaned, put_away, merged or all"),
];
const PAGES: &[kernel::api::Param] = &[limit_param(500), param("cursor", "`next` of the page before")];

/// The catalogue.
pub static ROOM: Room = Room {
    name: "catalogue",
    routes: &ROUTES,
    migrations: &[
        Migration { number: 1, name: "catalogue", sql: include_str!("../migrations/0001_catalogue.sql") },
        Migration { number: 2, name: "agreement", sql: include_str!("../migrations/0002_agreement.sql") },
        Migration { number: 3, name: "exemptions", sql: include_str!("../migrations/0003_exemptions.sql") },
        Migration { number: 4, name: "imported", sql: include_str!("../migrations/0004_imported.sql") },
        Migration { number: 5, name: "history", sql: include_str!("../migrations/0005_history.sql") },
        Migration { number: 6, name: "standards", sql: include_str!("../migrations/0006_standards.sql") },
    ],
    statements: store::ALL,
    jobs: &[],
    rights: &[
        &rights::GROUPS,
        &rights::TEAMS,
        &rights::CALENDAR,
        &rights::APPLY,
        &rights::STANDARDS,
        &rights::EXEMPTION,
        &rights::APPROVAL,
    ],
};

/// Of this file and of the files below it.
static ROUTES: [Route; OWN.len() + agreed::ROUTES.len()] = joined(&[OWN, agreed::ROUTES]);

const OWN: &[Route] = &[
    Route::api(
        "POST",
        "/api/v1/imports/backstage",
        Needs::Somewhere(&rights::TEAMS),
        Doc::change(
            "Take groups, teams, workloads and services from Backstage files, or say what would be taken",
            schema::<NewImport>,
            schema::<Plan>,
        ),
        || post(api::import::backstage),
    ),
    Route::api(
        "POST",
        "/api/v1/imports/catalogue",
        Needs::Somewhere(&rights::TEAMS),
        Doc::change(
            "Take groups, teams, workloads and services from CSV files, or say what would be taken",
            schema::<NewImport>,
            schema::<Plan>,
        ),
        || post(api::import::catalogue),
    ),
    Route::page("GET", "/catalogue", Needs::SignedIn, || get(web::history::everything)),
    Route::page("GET", "/catalogue/import", Needs::Somewhere(&rights::TEAMS), || get(web::import::form)),
    Route::page("POST", "/catalogue/import", Needs::Somewhere(&rights::TEAMS), || post(web::import::run)),
    Route::page("POST", "/teams/{team}/merge", Needs::Team(&rights::TEAMS), || post(web::history::merge_team)),
    Route::page("POST", "/workloads/{workload}/merge", Needs::Team(&rights::TEAMS), || post(web::history::merge_workload)),
    Route::page("POST", "/services/{service}/merge", Needs::Team(&rights::TEAMS), || post(web::history::merge_service)),
    Route::page("POST", "/workloads/{workload}/owner", Needs::Team(&rights::TEAMS), || post(web::history::hand_over_workload)),
    Route::page("POST", "/services/{service}/owner", Needs::Team(&rights::TEAMS), || post(web::history::hand_over_service)),
    Route::page("GET", "/groups", Needs::SignedIn, || get(web::groups)),
    Route::page("GET", "/groups/new", Needs::Everywhere(&rights::GROUPS), || get(web::new_group)),
    Route::page("POST", "/groups", Needs::Everywhere(&rights::GROUPS), || post(web::make_group)),
    Route::page("GET", "/groups/{group}", Needs::SignedIn, || get(web::group)),
    Route::page("GET", "/teams", Needs::SignedIn, || get(web::teams)),
    Route::page("GET", "/teams/new", Needs::Somewhere(&rights::TEAMS), || get(web::new_team)),
    Route::page("POST", "/teams", Needs::Somewhere(&rights::TEAMS), || post(web::make_team)),
    Route::page("GET", "/teams/{team}", Needs::SignedIn, || get(web::team)),
    Route::page("POST", "/teams/{team}/workloads", Needs::Team(&rights::TEAMS), || post(web::make_workload)),
    Route::page("GET", "/workloads/{workload}", Needs::SignedIn, || get(web::workload)),
    Route::page("POST", "/workloads/{workload}/services", Needs::Team(&rights::TEAMS), || post(web::make_service)),
    Route::page("GET", "/services/{service}", Needs::SignedIn, || get(web::service)),
    Route::page("GET", "/groups/{group}/edit", Needs::Group(&rights::GROUPS), || get(web::edit::group_form)),
    Route::page("POST", "/groups/{group}/edit", Needs::Group(&rights::GROUPS), || post(web::edit::group)),
    Route::page("GET", "/teams/{team}/edit", Needs::Team(&rights::TEAMS), || get(web::edit::team_form)),
    Route::page("POST", "/teams/{team}/edit", Needs::Team(&rights::TEAMS), || post(web::edit::team)),
    Route::page("POST", "/teams/{team}/archival", Needs::Team(&rights::TEAMS), || post(web::history::archive_team)),
    Route::page("POST", "/teams/{team}/restoration", Needs::Team(&rights::TEAMS), || post(web::history::restore_team)),
    Route::page("GET", "/workloads/{workload}/edit", Needs::Team(&rights::TEAMS), || get(web::edit::workload_form)),
    Route::page("POST", "/workloads/{workload}/edit", Needs::Team(&rights::TEAMS), || post(web::edit::workload)),
    Route::page("POST", "/workloads/{workload}/archival", Needs::Team(&rights::TEAMS), || post(web::history::archive_workload)),
    Route::page("POST", "/workloads/{workload}/restoration", Needs::Team(&rights::TEAMS), || post(web::history::restore_workload)),
    Route::page("GET", "/services/{service}/edit", Needs::Team(&rights::TEAMS), || get(web::edit::service_form)),
    Route::page("POST", "/services/{service}/edit", Needs::Team(&rights::TEAMS), || post(web::edit::service)),
    Route::page("POST", "/services/{service}/archival", Needs::Team(&rights::TEAMS), || post(web::history::archive_service)),
    Route::page("POST", "/services/{service}/restoration", Needs::Team(&rights::TEAMS), || post(web::history::restore_service)),
    Route::api("GET", "/api/v1/groups", Needs::SignedIn, Doc::get("List groups", schema::<Page<Group>>).query(PAGES), || {
        get(api::groups)
    }),
    Route::api(
        "POST",
        "/api/v1/groups",
        Needs::Everywhere(&rights::GROUPS),
        Doc::create("Make a group", schema::<NewGroup>, schema::<Group>),
        || post(api::make_group),
    ),
    Route::api("GET", "/api/v1/groups/{group}", Needs::SignedIn, Doc::get("Show a group", schema::<Group>), || get(api::group)),
    Route::api(
        "PATCH",
        "/api/v1/groups/{group}",
        Needs::Group(&rights::GROUPS),
        Doc::change("Change a group; what is left out stays", schema::<GroupPatch>, schema::<Group>),
        || patch(api::change_group),
    ),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/sprints",
        Needs::SignedIn,
        Doc::get("List sprints, to six after the present one", schema::<Page<api::SprintView>>).query(PAGES),
        || get(api::sprints),
    ),
    Route::api(
        "POST",
        "/api/v1/groups/{group}/sprints/{sprint}/skip",
        Needs::Group(&rights::CALENDAR),
        Doc::remove("Skip a sprint that has not begun"),
        || post(api::skip),
    ),
    Route::api(
        "GET",
        "/api/v1/teams",
        Needs::SignedIn,
        Doc::get("List teams in alphabetical order", schema::<Page<Team>>).query(PAGES),
        || get(api::teams),
    ),
    Route::api(
        "POST",
        "/api/v1/teams",
        Needs::Somewhere(&rights::TEAMS),
        Doc::create("Make a team", schema::<NewTeam>, schema::<Team>),
        || post(api::make_team),
    ),
    Route::api("GET", "/api/v1/teams/{team}", Needs::SignedIn, Doc::get("Show a team", schema::<Team>), || get(api::team)),
    Route::api(
        "PATCH",
        "/api/v1/teams/{team}",
        Needs::Team(&rights::TEAMS),
        Doc::change("Change a team; what is left out stays", schema::<TeamPatch>, schema::<Team>),
        || patch(api::change_team),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/archival",
        Needs::Team(&rights::TEAMS),
        Doc { body: Some(schema::<NewReason>), ..Doc::remove("Put a team away, with a reason; its history stays") },
        || post(api::history::archive_team),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/restoration",
        Needs::Team(&rights::TEAMS),
        Doc::remove("Bring a team back that was put away"),
        || post(api::history::restore_team),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads",
        Needs::SignedIn,
        Doc::get("List workloads in alphabetical order", schema::<Page<Workload>>).query(PAGES),
        || get(api::workloads),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads",
        Needs::Somewhere(&rights::TEAMS),
        Doc::create("Make a workload", schema::<NewWorkload>, schema::<Workload>),
        || post(api::make_workload),
    ),
    Route::api("GET", "/api/v1/workloads/{workload}", Needs::SignedIn, Doc::get("Show a workload", schema::<Workload>), || {
        get(api::workload)
    }),
    Route::api(
        "PATCH",
        "/api/v1/workloads/{workload}",
        Needs::Team(&rights::TEAMS),
        Doc::change("Change a workload; what is left out stays", schema::<WorkloadPatch>, schema::<Workload>),
        || patch(api::change_workload),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/archival",
        Needs::Team(&rights::TEAMS),
        Doc { body: Some(schema::<NewReason>), ..Doc::remove("Put a workload away, with a reason; its history stays") },
        || post(api::history::archive_workload),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/restoration",
        Needs::Team(&rights::TEAMS),
        Doc::remove("Bring a workload back that was put away"),
        || post(api::history::restore_workload),
    ),
    Route::api(
        "GET",
        "/api/v1/services",
        Needs::SignedIn,
        Doc::get("List services in alphabetical order", schema::<Page<Service>>).query(PAGES),
        || get(api::services),
    ),
    Route::api(
        "POST",
        "/api/v1/services",
        Needs::Somewhere(&rights::TEAMS),
        Doc::create("Make a service", schema::<NewService>, schema::<Service>),
        || post(api::make_service),
    ),
    Route::api("GET", "/api/v1/services/{service}", Needs::SignedIn, Doc::get("Show a service", schema::<Service>), || {
        get(api::service)
    }),
    Route::api(
        "PATCH",
        "/api/v1/services/{service}",
        Needs::Team(&rights::TEAMS),
        Doc::change("Change a service; what is left out stays", schema::<ServicePatch>, schema::<Service>),
        || patch(api::change_service),
    ),
    Route::api(
        "POST",
        "/api/v1/services/{service}/archival",
        Needs::Team(&rights::TEAMS),
        Doc { body: Some(schema::<NewReason>), ..Doc::remove("Put a service away, with a reason; its history stays") },
        || post(api::history::archive_service),
    ),
    Route::api(
        "POST",
        "/api/v1/services/{service}/restoration",
        Needs::Team(&rights::TEAMS),
        Doc::remove("Bring a service back that was put away"),
        || post(api::history::restore_service),
    ),
    Route::api(
        "GET",
        "/api/v1/catalogue",
        Needs::SignedIn,
        Doc::get("List teams, workloads and services with how they stand", schema::<Page<Entry>>).query(STANDINGS),
        || get(api::history::everything),
    ),
    Route::api(
        "GET",
        "/api/v1/teams/{team}/history",
        Needs::SignedIn,
        Doc::get("Show where a team came from and what became of it", schema::<History>),
        || get(api::history::team_history),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/merge",
        Needs::Team(&rights::TEAMS),
        Doc::change("Make a team part of another one, which takes over what belongs to it", schema::<NewMerge>, schema::<Merged>),
        || post(api::history::merge_team),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/history",
        Needs::SignedIn,
        Doc::get("Show where a workload came from and what became of it", schema::<History>),
        || get(api::history::workload_history),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/merge",
        Needs::Team(&rights::TEAMS),
        Doc::change(
            "Make a workload part of another one, which takes over what belongs to it",
            schema::<NewMerge>,
            schema::<Merged>,
        ),
        || post(api::history::merge_workload),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/owner",
        Needs::Team(&rights::TEAMS),
        Doc::change("Give a workload to another team, from a day on", schema::<NewHandOver>, schema::<Workload>),
        || post(api::history::hand_over_workload),
    ),
    Route::api(
        "GET",
        "/api/v1/services/{service}/history",
        Needs::SignedIn,
        Doc::get("Show where a service came from and what became of it", schema::<History>),
        || get(api::history::service_history),
    ),
    Route::api(
        "POST",
        "/api/v1/services/{service}/merge",
        Needs::Team(&rights::TEAMS),
        Doc::change(
            "Make a service part of another one, which takes over what belongs to it",
            schema::<NewMerge>,
            schema::<Merged>,
        ),
        || post(api::history::merge_service),
    ),
    Route::api(
        "POST",
        "/api/v1/services/{service}/owner",
        Needs::Team(&rights::TEAMS),
        Doc::change("Give a service to another team, from a day on", schema::<NewHandOver>, schema::<Service>),
        || post(api::history::hand_over_service),
    ),
];
