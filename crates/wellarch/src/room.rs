//! What this room offers.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, Param, param, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::acts::lens::Published;
use crate::published::{LensVersion, NewLens};
use crate::{api, store, web};

const WHICH: &[Param] = &[param("version", "Digest of a version; the newest if left out")];
const WRITTEN: &[Param] =
    &[param("version", "Digest of a version; the newest if left out"), param("form", "`aws` or `yaml`; as it came if left out")];

/// Lenses and reviews.
pub static ROOM: Room = Room {
    name: "wellarch",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "lenses", sql: include_str!("../migrations/0001_lenses.sql") }],
    statements: &[store::lens::STATEMENTS],
    jobs: &[],
    rights: &[&rights::LENSES],
};

static ROUTES: &[Route] = &[
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
];
