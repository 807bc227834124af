//! Routes of sessions: a forum's calendar and what it settled, one session with its agenda.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};
use people::rights;

use crate::agenda::AgendaEdit;
use crate::api::session::{SessionAgenda, SessionView};
use crate::cadence::{ForumCadence, NewCadence};
use crate::plan::Data;
use crate::session::{NewSession, Session, SessionMove, SessionOff, SessionRoles};
use crate::{api, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/sessions", Needs::SignedIn, || get(web::calendar::all)),
    Route::page("GET", "/groups/{group}/sessions", Needs::SignedIn, || get(web::calendar::group)),
    Route::page("POST", "/groups/{group}/sessions", Needs::Group(&rights::SESSIONS), || post(web::calendar::add_to_group)),
    Route::page("GET", "/groups/{group}/sessions/settings", Needs::SignedIn, || get(web::cadence::group)),
    Route::page("POST", "/groups/{group}/sessions/settings", Needs::Group(&rights::SESSIONS), || post(web::cadence::settle_group)),
    Route::page("GET", "/council/sessions", Needs::SignedIn, || get(web::calendar::council)),
    Route::page("POST", "/council/sessions", Needs::Everywhere(&rights::COUNCIL_SESSIONS), || post(web::calendar::add_to_council)),
    Route::page("GET", "/council/sessions/settings", Needs::SignedIn, || get(web::cadence::council)),
    Route::page("POST", "/council/sessions/settings", Needs::Everywhere(&rights::COUNCIL_SESSIONS), || {
        post(web::cadence::settle_council)
    }),
    Route::page("GET", "/sessions/{meeting}", Needs::SignedIn, || get(web::session::one)),
    Route::page("POST", "/sessions/{meeting}/move", Needs::SignedIn, || post(web::session::shift)),
    Route::page("POST", "/sessions/{meeting}/calling-off", Needs::SignedIn, || post(web::session::call_off)),
    Route::page("POST", "/sessions/{meeting}/roles", Needs::SignedIn, || post(web::session::appoint)),
    Route::page("POST", "/sessions/{meeting}/agenda", Needs::SignedIn, || post(web::session::build)),
    Route::page("POST", "/sessions/{meeting}/plan", Needs::SignedIn, || post(web::session::edit)),
    Route::page("POST", "/sessions/{meeting}/fitting", Needs::SignedIn, || post(web::session::fit)),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/sessions",
        Needs::SignedIn,
        Doc::get("List sessions of a group, latest first", schema::<Page<Session>>).query(PAGES),
        || get(api::session::of_group),
    ),
    Route::api(
        "POST",
        "/api/v1/groups/{group}/sessions",
        Needs::Group(&rights::SESSIONS),
        Doc::create("Plan an extra session of a group", schema::<NewSession>, schema::<Session>),
        || post(api::session::add_to_group),
    ),
    Route::api(
        "GET",
        "/api/v1/groups/{group}/cadence",
        Needs::SignedIn,
        Doc::get("Show how often a group meets, how long, and what comes in which order", schema::<ForumCadence>),
        || get(api::cadence::group),
    ),
    Route::api(
        "PUT",
        "/api/v1/groups/{group}/cadence",
        Needs::Group(&rights::SESSIONS),
        Doc::change("Settle how often a group meets; sessions ahead follow", schema::<NewCadence>, schema::<ForumCadence>),
        || put(api::cadence::settle_group),
    ),
    Route::api(
        "GET",
        "/api/v1/council/sessions",
        Needs::SignedIn,
        Doc::get("List sessions of the council, latest first", schema::<Page<Session>>).query(PAGES),
        || get(api::session::of_council),
    ),
    Route::api(
        "POST",
        "/api/v1/council/sessions",
        Needs::Everywhere(&rights::COUNCIL_SESSIONS),
        Doc::create("Plan an extra session of the council", schema::<NewSession>, schema::<Session>),
        || post(api::session::add_to_council),
    ),
    Route::api(
        "GET",
        "/api/v1/council/cadence",
        Needs::SignedIn,
        Doc::get("Show how often the council meets, how long, and what comes in which order", schema::<ForumCadence>),
        || get(api::cadence::council),
    ),
    Route::api(
        "PUT",
        "/api/v1/council/cadence",
        Needs::Everywhere(&rights::COUNCIL_SESSIONS),
        Doc::change("Settle how often the council meets; sessions ahead follow", schema::<NewCadence>, schema::<ForumCadence>),
        || put(api::cadence::settle_council),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}",
        Needs::SignedIn,
        Doc::get("Show a session with its agenda", schema::<SessionView>),
        || get(api::session::one),
    ),
    Route::api(
        "PUT",
        "/api/v1/sessions/{meeting}/roles",
        Needs::SignedIn,
        Doc::change("Say who runs a session and where", schema::<SessionRoles>, schema::<Session>),
        || put(api::session::appoint),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/move",
        Needs::SignedIn,
        Doc::change("Move a session to another time", schema::<SessionMove>, schema::<Session>),
        || post(api::session::shift),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/calling-off",
        Needs::SignedIn,
        Doc::change("Call a session off", schema::<SessionOff>, schema::<Session>),
        || post(api::session::call_off),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/data",
        Needs::SignedIn,
        Doc::get("Show what the data say before a session: readiness, changes, topics", schema::<Data>),
        || get(api::session::data),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/agenda",
        Needs::SignedIn,
        Doc::act("Build the agenda of a session anew from what the data say", schema::<SessionAgenda>),
        || post(api::session::build),
    ),
    Route::api(
        "PUT",
        "/api/v1/sessions/{meeting}/agenda",
        Needs::SignedIn,
        Doc::change("Plan by hand what was not begun: order, minutes, by exception", schema::<AgendaEdit>, schema::<SessionAgenda>),
        || put(api::session::edit),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/fitting",
        Needs::SignedIn,
        Doc::act("Share the time that is left among the items that were not begun", schema::<SessionAgenda>),
        || post(api::session::fit),
    ),
];
