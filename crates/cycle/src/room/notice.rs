//! Routes of notices.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::api::notice::{self as api, NoticeView};
use crate::notice::{NewAcknowledgement, NewNotice, Notice, NoticeChange, NoticeWithdrawal, OpenNotice};
use crate::web::notice as web;

const WHICH: &[Param] = &[
    param("group", "Slug of a group: its notices and the organisation’s"),
    limit_param(100),
    param("cursor", "`next` of the page before"),
];

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/notices", Needs::SignedIn, || get(web::list)),
    Route::page("POST", "/notices", Needs::Somewhere(&rights::NOTICES), || post(web::issue)),
    Route::page("GET", "/notices/{notice}", Needs::SignedIn, || get(web::one)),
    Route::page("POST", "/notices/{notice}", Needs::Somewhere(&rights::NOTICES), || post(web::change)),
    Route::page("POST", "/notices/{notice}/acknowledgements", Needs::Somewhere(&rights::ACKNOWLEDGE), || post(web::acknowledge)),
    Route::page("POST", "/notices/{notice}/withdrawal", Needs::Somewhere(&rights::NOTICES), || post(web::withdraw)),
    Route::api(
        "GET",
        "/api/v1/notices",
        Needs::SignedIn,
        Doc::get("List notices, newest first", schema::<Page<Notice>>).query(WHICH),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/notices",
        Needs::Somewhere(&rights::NOTICES),
        Doc::create("Issue a notice; every team that it is for is asked to acknowledge it", schema::<NewNotice>, schema::<Notice>),
        || post(api::issue),
    ),
    Route::api(
        "GET",
        "/api/v1/notices/{notice}",
        Needs::SignedIn,
        Doc::get("Show a notice with its teams and versions", schema::<NoticeView>),
        || get(api::show),
    ),
    Route::api(
        "PUT",
        "/api/v1/notices/{notice}",
        Needs::Somewhere(&rights::NOTICES),
        Doc::change("Change what a notice says; every team is asked again", schema::<NoticeChange>, schema::<Notice>),
        || put(api::alter),
    ),
    Route::api(
        "POST",
        "/api/v1/notices/{notice}/acknowledgements",
        Needs::Somewhere(&rights::ACKNOWLEDGE),
        Doc::create("Say for a team that it has read a notice and planned", schema::<NewAcknowledgement>, schema::<Notice>),
        || post(api::acknowledge),
    ),
    Route::api(
        "POST",
        "/api/v1/notices/{notice}/withdrawal",
        Needs::Somewhere(&rights::NOTICES),
        Doc::change("Take a notice back, with a reason", schema::<NoticeWithdrawal>, schema::<Notice>),
        || post(api::withdraw),
    ),
    Route::api(
        "GET",
        "/api/v1/teams/{team}/notices",
        Needs::SignedIn,
        Doc::get("List what notices still ask of a team", schema::<Page<OpenNotice>>),
        || get(api::of_team),
    ),
];
