//! Routes of links and attachments beside a question.

use ::evidence::piece::{EvidencePiece, NewAttachment, NewEvidenceLink};
use axum::routing::{get, post};
use kernel::api::{Doc, Page, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::{api, web};

pub(super) const ROUTES: &[Route] = &[
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/questions/{question}/links", Needs::Team(&rights::TAKE_PART), || {
        post(web::piece::link)
    }),
    Route::page(
        "POST",
        "/workloads/{workload}/reviews/{lens}/questions/{question}/attachments",
        Needs::Team(&rights::TAKE_PART),
        || post(web::piece::attach),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/evidence",
        Needs::SignedIn,
        Doc::get("List links and attachments beside a question, oldest first", schema::<Page<EvidencePiece>>),
        || get(api::piece::list),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/links",
        Needs::Team(&rights::TAKE_PART),
        Doc::create("Add a link beside a question", schema::<NewEvidenceLink>, schema::<EvidencePiece>),
        || post(api::piece::link),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/attachments",
        Needs::Team(&rights::TAKE_PART),
        Doc::create("Attach a file beside a question; 10 MB at most", schema::<NewAttachment>, schema::<EvidencePiece>),
        || post(api::piece::attach),
    ),
];
