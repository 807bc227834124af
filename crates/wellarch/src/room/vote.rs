//! Routes of blind votes.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::vote::{Ballot, BlindVote, Ticket};
use crate::{api, web};

pub(super) const ROUTES: &[Route] = &[
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/questions/{question}/votes", Needs::Team(&rights::ANSWERS), || {
        post(web::vote::open)
    }),
    Route::page(
        "POST",
        "/workloads/{workload}/reviews/{lens}/questions/{question}/votes/closing",
        Needs::Team(&rights::ANSWERS),
        || post(web::vote::close),
    ),
    Route::page(
        "POST",
        "/workloads/{workload}/reviews/{lens}/questions/{question}/votes/ballots",
        Needs::Team(&rights::TAKE_PART),
        || post(web::vote::cast),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/votes",
        Needs::SignedIn,
        Doc::get("List blind votes on a question, newest first", schema::<Page<BlindVote>>),
        || get(api::vote::list),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/votes",
        Needs::Team(&rights::ANSWERS),
        Doc { status: 201, ..Doc::act("Open a blind vote on a question", schema::<BlindVote>) },
        || post(api::vote::open),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/votes/closing",
        Needs::Team(&rights::ANSWERS),
        Doc::act("Close the vote that is open, and show its counts", schema::<BlindVote>),
        || post(api::vote::close),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/votes/ticket",
        Needs::Team(&rights::TAKE_PART),
        Doc::get("Show your ticket for the vote that is open; people only", schema::<Ticket>),
        || get(api::vote::mine),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/votes/ballots",
        Needs::Team(&rights::TAKE_PART),
        Doc::change("Say once what you would tick; nothing that names you is stored", schema::<Ballot>, schema::<Page<BlindVote>>),
        || post(api::vote::cast),
    ),
];
