//! Routes of sittings.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::sitting::{NewAddendum, NewSitting, Sitting, SittingChange, SittingEnd};
use crate::{api, web};

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/sittings", Needs::SignedIn, || get(web::sitting::all)),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/sittings", Needs::Team(&rights::ANSWERS), || {
        post(web::sitting::begin)
    }),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/sittings/{sitting}", Needs::Team(&rights::ANSWERS), || {
        post(web::sitting::change)
    }),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/sittings/{sitting}/closing", Needs::Team(&rights::ANSWERS), || {
        post(web::sitting::close)
    }),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/sittings/{sitting}/addenda", Needs::Team(&rights::ANSWERS), || {
        post(web::sitting::add)
    }),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/sittings",
        Needs::SignedIn,
        Doc::get("List sittings of a review with their minutes, oldest first", schema::<Page<Sitting>>),
        || get(api::sitting::all),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/sittings",
        Needs::Team(&rights::ANSWERS),
        Doc::create("Begin a sitting of a review; one is open at a time", schema::<NewSitting>, schema::<Sitting>),
        || post(api::sitting::begin),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/sittings/{sitting}",
        Needs::SignedIn,
        Doc::get("Show a sitting", schema::<Sitting>),
        || get(api::sitting::one),
    ),
    Route::api(
        "PUT",
        "/api/v1/workloads/{workload}/reviews/{lens}/sittings/{sitting}",
        Needs::Team(&rights::ANSWERS),
        Doc::change("Change an open sitting", schema::<SittingChange>, schema::<Sitting>),
        || put(api::sitting::change),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/sittings/{sitting}/closing",
        Needs::Team(&rights::ANSWERS),
        Doc::change("Close a sitting; its minutes never change from then on", schema::<SittingEnd>, schema::<Sitting>),
        || post(api::sitting::close),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/sittings/{sitting}/addenda",
        Needs::Team(&rights::ANSWERS),
        Doc::create("Add what came up after a sitting was closed", schema::<NewAddendum>, schema::<Sitting>),
        || post(api::sitting::add),
    ),
];
