//! Routes of tech shares, and of what a group has in common.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::share::{NewAdopted, NewTechShare, TechShare, TechShareChange};
use crate::topics::{ConnectionOffer, NewAnswer, Portfolio};
use crate::{api, web};

const PAGES: &[Param] = &[limit_param(200), param("cursor", "`next` of the page before")];

const IN_IT: Needs = Needs::Somewhere(&rights::SESSION_PART);

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/groups/{group}/tech-shares", Needs::SignedIn, || get(web::share::all)),
    Route::page("POST", "/groups/{group}/tech-shares", IN_IT, || post(web::share::add)),
    Route::page("GET", "/tech-shares/{share}", Needs::SignedIn, || get(web::share::one)),
    Route::page("POST", "/tech-shares/{share}", IN_IT, || post(web::share::change)),
    Route::page("POST", "/tech-shares/{share}/adoptions", IN_IT, || post(web::share::adopt)),
    Route::page("GET", "/groups/{group}/portfolio", Needs::SignedIn, || get(web::share::common)),
    Route::page("POST", "/groups/{group}/connections", IN_IT, || post(web::share::answer)),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/tech-shares",
        Needs::SignedIn,
        Doc::get("List tech shares of a group, newest first", schema::<Page<TechShare>>).query(PAGES),
        || get(api::share::list),
    ),
    Route::api(
        "POST",
        "/api/v1/tech-shares",
        IN_IT,
        Doc::create("Plan a tech share", schema::<NewTechShare>, schema::<TechShare>),
        || post(api::share::add),
    ),
    Route::api(
        "GET",
        "/api/v1/tech-shares/{share}",
        Needs::SignedIn,
        Doc::get("Show a tech share with who came and who took it up", schema::<TechShare>),
        || get(api::share::one),
    ),
    Route::api(
        "PUT",
        "/api/v1/tech-shares/{share}",
        IN_IT,
        Doc::change("Change what is said of a tech share", schema::<TechShareChange>, schema::<TechShare>),
        || axum::routing::put(api::share::edit),
    ),
    Route::api(
        "POST",
        "/api/v1/tech-shares/{share}/adoptions",
        IN_IT,
        Doc::create("Say that a team took something up from a tech share", schema::<NewAdopted>, schema::<TechShare>),
        || post(api::share::adopt),
    ),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/portfolio",
        Needs::SignedIn,
        Doc::get("Show what teams of a group have in common: topics, practices, connections", schema::<Portfolio>),
        || get(api::share::common),
    ),
    Route::api(
        "POST",
        "/api/v1/groups/{group}/connections",
        IN_IT,
        Doc::change(
            "Say what your team thinks of a connection that the data offer",
            schema::<NewAnswer>,
            schema::<ConnectionOffer>,
        ),
        || post(api::share::answer),
    ),
];
