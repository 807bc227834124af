//! Routes of what was agreed: standards, exemptions from them, critical transactions.

use axum::routing::{delete, get, patch, post, put};
use kernel::api::{Doc, Page, schema};
use kernel::room::{Needs, Route};
use people::rights;

use super::PAGES;
use crate::exemptions::{Asked, Decision, Exemption};
use crate::standards::{Adopted, NewAdoption, NewStandard, Standard, StandardPatch};
use crate::transactions::{NewTransaction, Transaction};
use crate::{api, web};

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/standards", Needs::SignedIn, || get(web::standards::list)),
    Route::page("GET", "/standards/new", Needs::Somewhere(&rights::STANDARDS), || get(web::standards::new_form)),
    Route::page("POST", "/standards", Needs::Somewhere(&rights::STANDARDS), || post(web::standards::make)),
    Route::page("GET", "/standards/{standard}", Needs::SignedIn, || get(web::standards::show)),
    Route::page("GET", "/standards/{standard}/edit", Needs::Somewhere(&rights::STANDARDS), || get(web::standards::edit_form)),
    Route::page("POST", "/standards/{standard}/edit", Needs::Somewhere(&rights::STANDARDS), || post(web::standards::edit)),
    Route::page("POST", "/standards/{standard}/archival", Needs::Somewhere(&rights::STANDARDS), || post(web::standards::archive)),
    Route::page("POST", "/standards/{standard}/restoration", Needs::Somewhere(&rights::STANDARDS), || {
        post(web::standards::restore)
    }),
    Route::page("GET", "/workloads/{workload}/standards", Needs::SignedIn, || get(web::standards::keep)),
    Route::page("POST", "/workloads/{workload}/standards/{standard}", Needs::Team(&rights::TEAMS), || post(web::standards::adopt)),
    Route::page("POST", "/workloads/{workload}/standards/{standard}/exemption", Needs::Team(&rights::EXEMPTION), || {
        post(web::standards::ask)
    }),
    Route::page("GET", "/workloads/{workload}/transactions", Needs::SignedIn, || get(web::transactions::keep)),
    Route::page("POST", "/workloads/{workload}/transactions", Needs::Team(&rights::TEAMS), || post(web::transactions::save)),
    Route::page("POST", "/workloads/{workload}/transactions/{transaction}/removal", Needs::Team(&rights::TEAMS), || {
        post(web::transactions::take_out)
    }),
    Route::page("GET", "/exemptions", Needs::SignedIn, || get(web::exemptions::list)),
    Route::page("POST", "/exemptions/{exemption}/decision", Needs::Somewhere(&rights::APPROVAL), || post(web::exemptions::decide)),
    Route::page("POST", "/exemptions/{exemption}/withdrawal", Needs::Somewhere(&rights::EXEMPTION), || {
        post(web::exemptions::withdraw)
    }),
    Route::api(
        "GET",
        "/api/v1/standards",
        Needs::SignedIn,
        Doc::get("List standards, each with how many workloads keep it", schema::<Page<api::standards::StandardView>>).query(PAGES),
        || get(api::standards::all),
    ),
    Route::api(
        "POST",
        "/api/v1/standards",
        Needs::Somewhere(&rights::STANDARDS),
        Doc::create("Agree a standard", schema::<NewStandard>, schema::<Standard>),
        || post(api::standards::make),
    ),
    Route::api(
        "GET",
        "/api/v1/standards/{standard}",
        Needs::SignedIn,
        Doc::get("Show a standard", schema::<api::standards::StandardView>),
        || get(api::standards::one),
    ),
    Route::api(
        "PATCH",
        "/api/v1/standards/{standard}",
        Needs::Somewhere(&rights::STANDARDS),
        Doc::change("Change a standard; what is left out stays", schema::<StandardPatch>, schema::<Standard>),
        || patch(api::standards::patch),
    ),
    Route::api(
        "POST",
        "/api/v1/standards/{standard}/archival",
        Needs::Somewhere(&rights::STANDARDS),
        Doc::remove("Put a standard away; what teams said of it stays"),
        || post(api::standards::archive),
    ),
    Route::api(
        "POST",
        "/api/v1/standards/{standard}/restoration",
        Needs::Somewhere(&rights::STANDARDS),
        Doc::remove("Bring a standard back that was put away"),
        || post(api::standards::restore),
    ),
    Route::api(
        "GET",
        "/api/v1/standards/{standard}/workloads",
        Needs::SignedIn,
        Doc::get("List how far each workload is with a standard, in alphabetical order", schema::<Page<Adopted>>),
        || get(api::standards::of_standard),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/standards",
        Needs::SignedIn,
        Doc::get("List how far a workload is with each standard", schema::<Page<Adopted>>),
        || get(api::standards::of_workload),
    ),
    Route::api(
        "PUT",
        "/api/v1/workloads/{workload}/standards/{standard}",
        Needs::Team(&rights::TEAMS),
        Doc::change("Say how far a workload is with a standard", schema::<NewAdoption>, schema::<Adopted>),
        || put(api::standards::adopt),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/standards/{standard}/exemption",
        Needs::Team(&rights::EXEMPTION),
        Doc::create("Ask for an exemption from a standard, or rule it out", schema::<Asked>, schema::<Exemption>),
        || post(api::standards::ask),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/transactions",
        Needs::SignedIn,
        Doc::get("List critical transactions of a workload", schema::<Page<Transaction>>),
        || get(api::transactions::all),
    ),
    Route::api(
        "POST",
        "/api/v1/workloads/{workload}/transactions",
        Needs::Team(&rights::TEAMS),
        Doc::create("Write a critical transaction down", schema::<NewTransaction>, schema::<Transaction>),
        || post(api::transactions::add),
    ),
    Route::api(
        "PUT",
        "/api/v1/workloads/{workload}/transactions/{transaction}",
        Needs::Team(&rights::TEAMS),
        Doc::change("Change a critical transaction and what covers it", schema::<NewTransaction>, schema::<Transaction>),
        || put(api::transactions::put),
    ),
    Route::api(
        "DELETE",
        "/api/v1/workloads/{workload}/transactions/{transaction}",
        Needs::Team(&rights::TEAMS),
        Doc::remove("Take a critical transaction out; frozen reports keep it"),
        || delete(api::transactions::take_out),
    ),
    Route::api(
        "GET",
        "/api/v1/exemptions",
        Needs::SignedIn,
        Doc::get("List exemptions, oldest first", schema::<Page<api::exemptions::ExemptionView>>).query(PAGES),
        || get(api::exemptions::all),
    ),
    Route::api(
        "POST",
        "/api/v1/exemptions/{exemption}/decision",
        Needs::Somewhere(&rights::APPROVAL),
        Doc::change("Approve or refuse an exemption; never one's own request", schema::<Decision>, schema::<Exemption>),
        || post(api::exemptions::decide),
    ),
    Route::api(
        "POST",
        "/api/v1/exemptions/{exemption}/withdrawal",
        Needs::Somewhere(&rights::EXEMPTION),
        Doc::act("Take an exemption or a request back", schema::<Exemption>),
        || post(api::exemptions::withdraw),
    ),
];
