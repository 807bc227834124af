//! Routes of what concerns several reviews: what they say together.

use axum::routing::get;
use kernel::api::{Doc, Param, param, schema};
use kernel::room::{Needs, Route};

use crate::prevalence::Prevalence;
use crate::{api, web};

const OVER: &[Param] = &[
    param("lens", "Name of the lens in addresses; `core` if left out"),
    param("version", "Digest of a version; reviews against all versions if left out"),
    param("group", "Name of a group in addresses"),
    param("tier", "Tier of the workload"),
    param("lifecycle", "Lifecycle of the workload"),
    param("period", "`2026-Q3`, `2026-10` or `2026-10-31`: as reviews stood at its end; now if left out"),
];

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/prevalence", Needs::SignedIn, || get(web::prevalence::show)),
    Route::api(
        "GET",
        "/api/v1/prevalence",
        Needs::SignedIn,
        Doc::get("Show what all reviews against a lens say together", schema::<Prevalence>).query(OVER),
        || get(api::prevalence::show),
    ),
    Route::api(
        "GET",
        "/api/v1/prevalence/csv",
        Needs::SignedIn,
        Doc::get("Write the same as CSV: a row for each share", schema::<String>).query(OVER).media("text/csv; charset=utf-8"),
        || get(api::prevalence::csv),
    ),
];
