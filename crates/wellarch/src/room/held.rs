//! Routes of a review that people hold together: its stream, comments, history.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::comment::{NewComment, ReviewComment};
use crate::review::ReviewAnswer;
use crate::{api, web};

pub(super) const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];

pub(super) const ROUTES: &[Route] = &[
    Route::system("GET", "/workloads/{workload}/reviews/{lens}/live", Needs::SignedIn, || get(web::live::live)),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/questions/{question}/history", Needs::SignedIn, || {
        get(web::question::past)
    }),
    Route::page(
        "POST",
        "/workloads/{workload}/reviews/{lens}/questions/{question}/comments",
        Needs::Team(&rights::TAKE_PART),
        || post(web::question::comment),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/versions",
        Needs::SignedIn,
        Doc::get("List all versions of an answer, newest first", schema::<Page<ReviewAnswer>>).query(PAGES),
        || get(api::comment::versions),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/comments",
        Needs::SignedIn,
        Doc::get("List comments on a question, newest first", schema::<Page<ReviewComment>>).query(PAGES),
        || get(api::comment::list),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/comments",
        Needs::Team(&rights::TAKE_PART),
        Doc::create("Comment on a question; a comment is never changed nor removed", schema::<NewComment>, schema::<ReviewComment>),
        || post(api::comment::add),
    ),
];
