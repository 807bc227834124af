//! What this room offers.

use axum::routing::{get, post};
use kernel::api::{Doc, Page, required, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::piece::{EvidencePiece, EvidenceRemoval};
use crate::{api, store, web};

/// Evidence.
pub static ROOM: Room = Room {
    name: "evidence",
    routes: &[
        Route::page("GET", "/evidence/{evidence}/file", Needs::Somewhere(&rights::TAKE_PART), || get(web::file)),
        Route::page("POST", "/evidence/{evidence}/removal", Needs::Somewhere(&rights::TAKE_PART), || post(web::remove)),
        Route::api(
            "GET",
            "/api/v1/evidence",
            Needs::SignedIn,
            Doc::get("List evidence about a thing, oldest first", schema::<Page<EvidencePiece>>)
                .query(&[required("kind", "Kind of the thing: `workload`, `review-question`"), required("id", "Id of the thing")]),
            || get(api::about),
        ),
        Route::api(
            "GET",
            "/api/v1/evidence/{evidence}",
            Needs::SignedIn,
            Doc::get("Show a piece of evidence", schema::<EvidencePiece>),
            || get(api::one),
        ),
        Route::api(
            "POST",
            "/api/v1/evidence/{evidence}/removal",
            Needs::Somewhere(&rights::TAKE_PART),
            Doc::change(
                "Remove a piece of evidence with a reason; what it was stays",
                schema::<EvidenceRemoval>,
                schema::<EvidencePiece>,
            ),
            || post(api::remove),
        ),
    ],
    migrations: &[Migration { number: 1, name: "evidence", sql: include_str!("../migrations/0001_evidence.sql") }],
    statements: &[store::STATEMENTS],
    jobs: &[],
    rights: &[&rights::TAKE_PART],
};
