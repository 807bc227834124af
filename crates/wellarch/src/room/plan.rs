//! Routes of what is done about risks: improvements, accepted risks, the report with its plan.

use actions::Action;
use axum::routing::{get, post};
use decisions::Decision;
use kernel::api::{Doc, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::acts::plan::NewImprovement;
use crate::api::plan::{NewAcceptance, ReviewReport};
use crate::{api, web};

pub(super) const ROUTES: &[Route] = &[
    Route::page(
        "POST",
        "/workloads/{workload}/reviews/{lens}/questions/{question}/improvement",
        Needs::Team(&rights::ACTIONS),
        || post(web::risks::improve),
    ),
    Route::page(
        "POST",
        "/workloads/{workload}/reviews/{lens}/questions/{question}/acceptance",
        Needs::Somewhere(&rights::RISKS),
        || post(web::risks::accept),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/improvements",
        Needs::Team(&rights::ACTIONS),
        Doc::create("Put a practice that is not in place into the register of actions", schema::<NewImprovement>, schema::<Action>),
        || post(api::plan::improve),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/acceptances",
        Needs::Somewhere(&rights::RISKS),
        Doc::create(
            "Accept the risk of a question for a time; the answer that stands now",
            schema::<NewAcceptance>,
            schema::<Decision>,
        ),
        || post(api::plan::accept),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/report",
        Needs::SignedIn,
        Doc::get("Show the report of a review: risks, what they expose, what is done about them", schema::<ReviewReport>),
        || get(api::plan::report),
    ),
];
