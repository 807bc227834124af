//! Pages that stand above all rooms: where one begins, the first steps, find, and the gallery of components.

mod acts;
mod finding;
mod pages;
mod web;

use axum::routing::{get, post};
use kernel::room::{Needs, Room, Route};
use people::rights;

pub use acts::{FirstGroup, begin_group, begin_template};

/// Not a capability of its own: it has no tables and nothing to say to other rooms.
pub static ROOM: Room = Room {
    name: "home",
    routes: ROUTES,
    migrations: &[],
    statements: &[],
    jobs: &[],
    rights: &[&rights::SETUP, &rights::GROUPS, &rights::TEAMS, &rights::TEMPLATE],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/", Needs::SignedIn, || get(web::home)),
    Route::page("GET", "/welcome", Needs::SignedIn, || get(web::welcome)),
    Route::page("POST", "/welcome/organisation", Needs::Everywhere(&rights::SETUP), || post(web::organisation)),
    Route::page("POST", "/welcome/teams", Needs::Somewhere(&rights::TEAMS), || post(web::teams)),
    Route::page("POST", "/welcome/template", Needs::Somewhere(&rights::TEMPLATE), || post(web::template)),
    Route::page("GET", "/find", Needs::SignedIn, || get(web::find)),
    Route::system("GET", "/find.json", Needs::SignedIn, || get(web::find_json)),
    Route::page("GET", "/gallery", Needs::SignedIn, || get(web::gallery)),
];
