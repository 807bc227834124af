//! Routes of working agreements, of what is said without a name, and of capacity.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::agreement::{NewAgreement, WorkingAgreement};
use crate::anonymous::{FeedbackBallot, NewBoxQuestion, QuestionBox};
use crate::api::together::{FeedbackView, NewSignature};
use crate::capacity::{Capacity, NewCapacity};
use crate::health::ProcessHealth;
use crate::{api, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/groups/{group}/agreement", Needs::SignedIn, || get(web::agreement::show)),
    Route::page("POST", "/groups/{group}/agreement", Needs::Group(&rights::SESSIONS), || post(web::agreement::agree)),
    Route::page("POST", "/teams/{team}/agreement", Needs::Team(&rights::SIGN), || post(web::agreement::sign)),
    Route::page("POST", "/sessions/{meeting}/questions", Needs::SignedIn, || post(web::together::ask)),
    Route::page("POST", "/sessions/{meeting}/feedback", Needs::SignedIn, || post(web::together::answer)),
    Route::page("GET", "/groups/{group}/process-health", Needs::SignedIn, || get(web::health::group)),
    Route::page("GET", "/council/process-health", Needs::SignedIn, || get(web::health::council)),
    Route::page("GET", "/sessions/feed", Needs::SignedIn, || get(web::feed::show)),
    Route::page("POST", "/sessions/feed", Needs::SignedIn, || post(web::feed::make)),
    Route::page("GET", "/sessions/feed/{code}", Needs::Nobody, || get(web::feed::feed)),
    Route::api(
        "GET",
        "/api/v1/sessions/calendar",
        Needs::SignedIn,
        Doc::get("Write as iCalendar what has a day: sessions, tech shares, notices, what one answers for", schema::<String>)
            .query(&[param("group", "Slug of a group; all forums if left out")])
            .media("text/calendar; charset=utf-8"),
        || get(web::feed::ical),
    ),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/process-health",
        Needs::SignedIn,
        Doc::get("Show how the process of a group does, session by session and never by team", schema::<ProcessHealth>),
        || get(api::together::health_of_group),
    ),
    Route::api(
        "GET",
        "/api/v1/council/process-health",
        Needs::SignedIn,
        Doc::get("Show how the process of the council does, session by session", schema::<ProcessHealth>),
        || get(api::together::health_of_council),
    ),
    Route::page("GET", "/teams/{team}/capacity", Needs::SignedIn, || get(web::capacity::show)),
    Route::page("POST", "/teams/{team}/capacity/{sprint}", Needs::Team(&rights::CAPACITY), || post(web::capacity::state)),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/agreements",
        Needs::SignedIn,
        Doc::get("List versions of a group's working agreement, newest first, with who signed", schema::<Page<WorkingAgreement>>),
        || get(api::together::agreements),
    ),
    Route::api(
        "POST",
        "/api/v1/groups/{group}/agreements",
        Needs::Group(&rights::SESSIONS),
        Doc::create("Agree a new version; teams sign it anew", schema::<NewAgreement>, schema::<WorkingAgreement>),
        || post(api::together::agree),
    ),
    Route::api(
        "POST",
        "/api/v1/teams/{team}/agreement",
        Needs::Team(&rights::SIGN),
        Doc::create("Sign the agreement of a team’s group for the team", schema::<NewSignature>, schema::<WorkingAgreement>),
        || post(api::together::sign),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/questions",
        Needs::SignedIn,
        Doc::get("Show the box of questions of a session; nobody signed them", schema::<QuestionBox>),
        || get(api::together::questions),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/questions",
        Needs::SignedIn,
        Doc::change(
            "Put a question into the box; nothing that names you is stored",
            schema::<NewBoxQuestion>,
            schema::<QuestionBox>,
        ),
        || post(api::together::ask),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/feedback",
        Needs::SignedIn,
        Doc::get("Show whether people found a session worth its time, and your ticket", schema::<FeedbackView>),
        || get(api::together::feedback),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/feedback",
        Needs::SignedIn,
        Doc::change(
            "Say once whether it was worth the time; nothing that names you is stored",
            schema::<FeedbackBallot>,
            schema::<FeedbackView>,
        ),
        || post(api::together::answer),
    ),
    Route::api(
        "GET",
        "/api/v1/teams/{team}/capacity",
        Needs::SignedIn,
        Doc::get("List the capacity for improvement of a team, latest sprint first", schema::<Page<Capacity>>).query(PAGES),
        || get(api::together::capacities),
    ),
    Route::api(
        "GET",
        "/api/v1/teams/{team}/capacity/{sprint}",
        Needs::SignedIn,
        Doc::get("Show the capacity for improvement of a team in a sprint", schema::<Capacity>),
        || get(api::together::capacity_of),
    ),
    Route::api(
        "PUT",
        "/api/v1/teams/{team}/capacity/{sprint}",
        Needs::Team(&rights::CAPACITY),
        Doc::change("State the capacity for improvement of a team in a sprint", schema::<NewCapacity>, schema::<Capacity>),
        || put(api::together::state_capacity),
    ),
];
