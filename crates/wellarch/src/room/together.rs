//! Routes of what concerns several reviews: what they say together, one report of all, when the next ones are
//! due, another version of the lens, where they come
//! from and go.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::api::consolidated::MOST;
use crate::api::due::MOST as DUE;
use crate::consolidated::{ConsolidatedMetrics, ConsolidatedWorkload};
use crate::due::{Due, Interval, NewInterval, NewPlan};
use crate::moving::archive::ReviewArchive;
use crate::moving::{Imported, NewImport};
use crate::prevalence::Prevalence;
use crate::upgrade::{NewUpgrade, Upgrade};
use crate::{api, web};

const OVER: &[Param] = &[
    param("lens", "Name of the lens in addresses; `core` if left out"),
    param("version", "Digest of a version; reviews against all versions if left out"),
    param("group", "Name of a group in addresses"),
    param("tier", "Tier of the workload"),
    param("lifecycle", "Lifecycle of the workload"),
    param("period", "`2026-Q3`, `2026-10` or `2026-10-31`: as reviews stood at its end; now if left out"),
];

const GROUPED: &[Param] = &[param("group", "Name of a group in addresses")];
const LISTED: &[Param] =
    &[param("group", "Name of a group in addresses"), limit_param(DUE), param("cursor", "`next` of the page before")];
const PAGED: &[Param] =
    &[param("group", "Name of a group in addresses"), limit_param(MOST), param("cursor", "`next` of the page before")];

const TO: &[Param] = &[param("to", "Digest of a version; the newest if left out")];

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
    Route::page("GET", "/reviews/consolidated", Needs::SignedIn, || get(web::consolidated::show)),
    Route::page("GET", "/reviews/consolidated/markdown", Needs::SignedIn, || get(web::consolidated::markdown)),
    Route::api(
        "GET",
        "/api/v1/reviews/consolidated",
        Needs::SignedIn,
        Doc::get("Show reviews of many workloads as one report", schema::<Page<ConsolidatedWorkload>>).query(PAGED),
        || get(api::consolidated::show),
    ),
    Route::api(
        "GET",
        "/api/v1/reviews/consolidated/aws",
        Needs::SignedIn,
        Doc::get("Show the same in the shape of AWS's consolidated report", schema::<ConsolidatedMetrics>).query(PAGED),
        || get(api::consolidated::aws),
    ),
    Route::api(
        "GET",
        "/api/v1/reviews/consolidated/csv",
        Needs::SignedIn,
        Doc::get("Write the same as CSV: a row for each practice", schema::<String>).query(PAGED).media("text/csv; charset=utf-8"),
        || get(api::consolidated::csv),
    ),
    Route::page("GET", "/reviews/calendar", Needs::SignedIn, || get(web::due::calendar)),
    Route::page("POST", "/reviews/interval", Needs::Everywhere(&rights::SETUP), || post(web::due::set_all)),
    Route::page("POST", "/groups/{group}/review-interval", Needs::Group(&rights::CALENDAR), || post(web::due::set_group)),
    Route::page("POST", "/workloads/{workload}/reviews/plan", Needs::Team(&rights::ANSWERS), || post(web::due::plan)),
    Route::page("POST", "/reviews/feed", Needs::SignedIn, || post(web::due::feed_address)),
    Route::page("GET", "/reviews/feed/{code}", Needs::Nobody, || get(web::due::feed)),
    Route::api(
        "GET",
        "/api/v1/reviews/due",
        Needs::SignedIn,
        Doc::get("List workloads with when their next review is due, in the order of teams", schema::<Page<Due>>).query(LISTED),
        || get(api::due::list),
    ),
    Route::api(
        "GET",
        "/api/v1/reviews/calendar",
        Needs::SignedIn,
        Doc::get("Write the same as iCalendar, whole days", schema::<String>).query(GROUPED).media("text/calendar; charset=utf-8"),
        || get(api::due::ical),
    ),
    Route::api(
        "GET",
        "/api/v1/reviews/intervals",
        Needs::SignedIn,
        Doc::get("List how often reviews are due: the organisation first, then groups of their own", schema::<Page<Interval>>),
        || get(api::due::intervals),
    ),
    Route::api(
        "PUT",
        "/api/v1/reviews/intervals",
        Needs::Everywhere(&rights::SETUP),
        Doc::change("Say how often reviews are due in the organisation", schema::<NewInterval>, schema::<Interval>),
        || put(api::due::set_all),
    ),
    Route::api(
        "PUT",
        "/api/v1/groups/{group}/review-interval",
        Needs::Group(&rights::CALENDAR),
        Doc::change("Say how often reviews are due in a group", schema::<NewInterval>, schema::<Interval>),
        || put(api::due::set_group),
    ),
    Route::api(
        "PUT",
        "/api/v1/workloads/{workload}/review-plan",
        Needs::Team(&rights::ANSWERS),
        Doc::change("Plan the day of a workload's next review, or take it back", schema::<NewPlan>, schema::<Due>),
        || put(api::due::plan),
    ),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/upgrade", Needs::SignedIn, || get(web::upgrade::show)),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/upgrade", Needs::Team(&rights::MILESTONES), || {
        post(web::upgrade::upgrade)
    }),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/upgrade",
        Needs::SignedIn,
        Doc::get("Show what moving a review to another version of its lens would change", schema::<Upgrade>).query(TO),
        || get(api::upgrade::look),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/reviews/{lens}/upgrade",
        Needs::Team(&rights::MILESTONES),
        Doc::change(
            "Move a review to another version of its lens, with a milestone before",
            schema::<NewUpgrade>,
            schema::<Upgrade>,
        ),
        || post(api::upgrade::upgrade),
    ),
    Route::page("GET", "/workloads/{workload}/review-imports", Needs::SignedIn, || get(web::moving::show)),
    Route::page("POST", "/workloads/{workload}/review-imports", Needs::Team(&rights::ANSWERS), || post(web::moving::import)),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/review-imports",
        Needs::Team(&rights::ANSWERS),
        Doc::change(
            "Take in a review: answers of AWS, an export of Azure's review, or an archive",
            schema::<NewImport>,
            schema::<Imported>,
        ),
        || post(api::moving::import),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/archive",
        Needs::SignedIn,
        Doc::get("Write a review with everything that belongs to it, to be taken in elsewhere", schema::<ReviewArchive>),
        || get(api::moving::archive),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/azure-csv",
        Needs::SignedIn,
        Doc::get("Write a review that was made from Azure's export as such an export", schema::<String>)
            .media("text/csv; charset=utf-8"),
        || get(api::moving::azure),
    ),
];
