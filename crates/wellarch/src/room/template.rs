//! Routes of templates of answers.

use axum::routing::{delete, get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::template::{
    AnswerTemplate, NewAnswerTemplate, NewDraftAnswer, NewTemplateVersion, NewUse, TemplateChange, TemplateUse, TemplateVersion,
    UsedTemplate,
};
use crate::{api, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];
const OF_LENS: &[Param] =
    &[param("lens", "Only templates of this lens"), limit_param(500), param("cursor", "`next` of the page before")];

const OWNERS: Needs = Needs::Somewhere(&rights::ANSWER_TEMPLATES);
const ANSWERERS: Needs = Needs::Team(&rights::ANSWERS);

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/reviews/templates", Needs::SignedIn, || get(web::template::all)),
    Route::page("POST", "/reviews/templates", OWNERS, || post(web::template::make)),
    Route::page("GET", "/reviews/templates/{template}", Needs::SignedIn, || get(web::template::one)),
    Route::page("POST", "/reviews/templates/{template}", OWNERS, || post(web::template::change)),
    Route::page("POST", "/reviews/templates/{template}/versions", OWNERS, || post(web::template::publish)),
    Route::page("GET", "/reviews/templates/{template}/questions/{question}", Needs::SignedIn, || get(web::template::question)),
    Route::page("POST", "/reviews/templates/{template}/questions/{question}", OWNERS, || post(web::template::draft)),
    Route::page("GET", "/workloads/{workload}/reviews/{lens}/templates", Needs::SignedIn, || get(web::using::show)),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/templates", ANSWERERS, || post(web::using::begin)),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/templates/{template}/removal", ANSWERERS, || post(web::using::end)),
    Route::page("POST", "/workloads/{workload}/reviews/{lens}/questions/{question}/override/removal", ANSWERERS, || {
        post(web::using::take_back)
    }),
    Route::api(
        "GET",
        "/api/v1/reviews/templates",
        Needs::SignedIn,
        Doc::get("List templates of answers", schema::<Page<AnswerTemplate>>).query(OF_LENS),
        || get(api::template::all),
    ),
    Route::api(
        "POST",
        "/api/v1/reviews/templates",
        OWNERS,
        Doc::create(
            "Make a template of answers; it answers nothing until a version is published",
            schema::<NewAnswerTemplate>,
            schema::<AnswerTemplate>,
        ),
        || post(api::template::make),
    ),
    Route::api(
        "GET",
        "/api/v1/reviews/templates/{template}",
        Needs::SignedIn,
        Doc::get("Show a template of answers, its newest version and its draft", schema::<api::template::TemplateView>),
        || get(api::template::one),
    ),
    Route::api(
        "PUT",
        "/api/v1/reviews/templates/{template}",
        OWNERS,
        Doc::change("Change the name of a template, and whom it is for", schema::<TemplateChange>, schema::<AnswerTemplate>),
        || put(api::template::change),
    ),
    Route::api(
        "PUT",
        "/api/v1/reviews/templates/{template}/draft/{question}",
        OWNERS,
        Doc::change(
            "Say what the next version is to answer to a question, or that it is not to answer it; 409 if somebody has changed the draft since",
            schema::<NewDraftAnswer>,
            schema::<AnswerTemplate>,
        ),
        || put(api::template::draft),
    ),
    Route::api(
        "GET",
        "/api/v1/reviews/templates/{template}/versions",
        Needs::SignedIn,
        Doc::get("List versions of a template, newest first", schema::<Page<TemplateVersion>>).query(PAGES),
        || get(api::template::versions),
    ),
    Route::api(
        "POST",
        "/api/v1/reviews/templates/{template}/versions",
        OWNERS,
        Doc::create(
            "Publish a version of a template; every review that uses it follows",
            schema::<NewTemplateVersion>,
            schema::<TemplateVersion>,
        ),
        || post(api::template::publish),
    ),
    Route::api(
        "GET",
        "/api/v1/reviews/templates/{template}/reviews",
        Needs::SignedIn,
        Doc::get("List reviews that use a template, with what they override and why", schema::<Page<TemplateUse>>).query(PAGES),
        || get(api::template::there),
    ),
    Route::api(
        "GET",
        "/api/v1/workloads/{workload}/reviews/{lens}/templates",
        Needs::SignedIn,
        Doc::get("List templates that a review uses", schema::<Page<UsedTemplate>>),
        || get(api::template::here),
    ),
    Route::api(
        "PUT",
        "/api/v1/workloads/{workload}/reviews/{lens}/templates/{template}",
        ANSWERERS,
        Doc::change(
            "Use a template in a review, without the questions that are left out",
            schema::<NewUse>,
            schema::<UsedTemplate>,
        ),
        || put(api::template::begin),
    ),
    Route::api(
        "DELETE",
        "/api/v1/workloads/{workload}/reviews/{lens}/templates/{template}",
        ANSWERERS,
        Doc::remove("Use a template no more; what stood there before stands there again"),
        || delete(api::template::end),
    ),
    Route::api(
        "DELETE",
        "/api/v1/workloads/{workload}/reviews/{lens}/answers/{question}/override",
        ANSWERERS,
        Doc::remove("Take back that a review answers otherwise than its template"),
        || delete(api::template::take_back),
    ),
];
