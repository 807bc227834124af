//! Routes of what facts say of reviews.

use axum::routing::get;
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};

use crate::against::Contradiction;
use crate::{api, web};

const WHICH: &[Param] =
    &[param("workload", "Only reviews of this workload"), limit_param(500), param("cursor", "`next` of the page before")];

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/contradictions", Needs::SignedIn, || get(web::against::show)),
    Route::api(
        "GET",
        "/api/v1/contradictions",
        Needs::SignedIn,
        Doc::get("List where answers of reviews and facts part, by team", schema::<Page<Contradiction>>).query(WHICH),
        || get(api::against::list),
    ),
];
