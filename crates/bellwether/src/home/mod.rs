//! Pages that stand above all rooms: where one begins, the first steps, find, and the gallery of components.

mod acts;
mod api;
mod finding;
mod pages;
mod shelf;
mod web;

use axum::routing::{get, post};
use kernel::api::{Doc, schema};
use kernel::configured::Plan;
use kernel::room::{Needs, Room, Route};
use people::rights;

pub use acts::{FirstGroup, begin_group, begin_template};
pub use api::{ConfigurationFile, Exported, ORGANISATION};

/// Not a capability of its own: it has no tables and nothing to say to other rooms.
pub static ROOM: Room = Room {
    name: "home",
    routes: ROUTES,
    migrations: &[],
    statements: &[],
    jobs: &[],
    rights: &[&rights::SETUP, &rights::GROUPS, &rights::TEAMS, &rights::TEMPLATE, &rights::APPLY],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/", Needs::SignedIn, || get(web::home)),
    Route::page("GET", "/welcome", Needs::SignedIn, || get(web::welcome)),
    Route::page("POST", "/welcome/organisation", Needs::Everywhere(&rights::SETUP), || post(web::organisation)),
    Route::page("POST", "/welcome/teams", Needs::Somewhere(&rights::TEAMS), || post(web::teams)),
    Route::page("POST", "/welcome/template", Needs::Somewhere(&rights::TEMPLATE), || post(web::template)),
    Route::page("GET", "/trail", Needs::SignedIn, || get(web::trail)),
    Route::page("POST", "/trail/verification", Needs::SignedIn, || post(web::verification)),
    Route::page("GET", "/find", Needs::SignedIn, || get(web::find)),
    Route::system("GET", "/find.json", Needs::SignedIn, || get(web::find_json)),
    Route::page("GET", "/settings", Needs::SignedIn, || get(web::settings)),
    Route::page("GET", "/demonstration", Needs::SignedIn, || get(web::demonstration)),
    Route::page("GET", "/gallery", Needs::SignedIn, || get(web::gallery)),
    Route::api("GET", "/api/v1/export", Needs::SignedIn, Doc::get("Write the configuration as YAML", schema::<Exported>), || {
        get(api::export)
    }),
    Route::api(
        "POST",
        "/api/v1/apply",
        Needs::Somewhere(&rights::APPLY),
        Doc::change("Apply a configuration file, or say what it would change", schema::<ConfigurationFile>, schema::<Plan>),
        || post(api::apply),
    ),
];
