//! Routes of feeds.

use axum::routing::{get, patch, post};
use kernel::api::{Doc, Page, Param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use super::{PAGES, RUNS};
use crate::rules::{Feed, FeedPreview, FeedRun, NewFeed};
use crate::{api::feeds as api, web::feeds as web};

const CONFIRM: &[Param] =
    &[param("confirm_empty", "true: the source is meant to be empty, so what came from it is marked orphaned")];

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/feeds", Needs::SignedIn, || get(web::list)),
    Route::page("GET", "/feeds/new", Needs::Everywhere(&rights::SOURCES), || get(web::new)),
    Route::page("POST", "/feeds", Needs::Everywhere(&rights::SOURCES), || post(web::make)),
    Route::page("GET", "/feeds/{feed}", Needs::SignedIn, || get(web::feed)),
    Route::page("GET", "/feeds/{feed}/change", Needs::Everywhere(&rights::SOURCES), || get(web::edit)),
    Route::page("POST", "/feeds/{feed}/change", Needs::Everywhere(&rights::SOURCES), || post(web::change)),
    Route::page("POST", "/feeds/{feed}/preview", Needs::Everywhere(&rights::SOURCES), || post(web::preview)),
    Route::page("POST", "/feeds/{feed}/run", Needs::Everywhere(&rights::SOURCES), || post(web::run)),
    Route::page("POST", "/feeds/{feed}/archival", Needs::Everywhere(&rights::SOURCES), || post(web::archive)),
    Route::api(
        "GET",
        "/api/v1/feeds",
        Needs::SignedIn,
        Doc::get("List feeds of the catalogue in alphabetical order", schema::<Page<Feed>>).query(PAGES),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/feeds",
        Needs::Everywhere(&rights::SOURCES),
        Doc::create("Make a feed; with a schedule its first run is due at once", schema::<NewFeed>, schema::<Feed>),
        || post(api::make),
    ),
    Route::api("GET", "/api/v1/feeds/{feed}", Needs::SignedIn, Doc::get("Show a feed", schema::<Feed>), || get(api::show)),
    Route::api(
        "PATCH",
        "/api/v1/feeds/{feed}",
        Needs::Everywhere(&rights::SOURCES),
        Doc::change("Change a feed; what came from its address comes from the new one", schema::<NewFeed>, schema::<Feed>),
        || patch(api::alter),
    ),
    Route::api(
        "POST",
        "/api/v1/feeds/{feed}/archival",
        Needs::Everywhere(&rights::SOURCES),
        Doc::remove("Put a feed away; what came from it stays"),
        || post(api::archive),
    ),
    Route::api(
        "POST",
        "/api/v1/feeds/{feed}/preview",
        Needs::Everywhere(&rights::SOURCES),
        Doc::act("Say what a run would change now; stores nothing", schema::<FeedPreview>),
        || post(api::preview),
    ),
    Route::api(
        "POST",
        "/api/v1/feeds/{feed}/run",
        Needs::Everywhere(&rights::SOURCES),
        Doc::act("Run a feed now and wait for the end", schema::<FeedRun>).query(CONFIRM),
        || post(api::run),
    ),
    Route::api(
        "GET",
        "/api/v1/feeds/{feed}/runs",
        Needs::SignedIn,
        Doc::get("List runs of a feed, newest first; the last 200 are kept", schema::<Page<FeedRun>>).query(RUNS),
        || get(api::runs),
    ),
];
