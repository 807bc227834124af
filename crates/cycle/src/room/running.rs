//! Routes of a session while it runs, and of its minutes.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Needs, Route};

use crate::attendance::{NewObserver, NewSeat, Seat};
use crate::capture::{Capture, NewCapture};
use crate::clock::SessionEvent;
use crate::minutes::{Kept, Minutes, NewAddendum};
use crate::running::{NewMove, SessionStanding};
use crate::session::Session;
use crate::told::{NewTreatment, Treatment};
use crate::{api, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];

pub(super) const ROUTES: &[Route] = &[
    Route::page("GET", "/sessions/{meeting}/run", Needs::SignedIn, || get(web::run::run)),
    Route::page("GET", "/sessions/{meeting}/screen", Needs::SignedIn, || get(web::run::screen)),
    Route::system("GET", "/sessions/{meeting}/live", Needs::SignedIn, || get(web::live::live)),
    Route::page("POST", "/sessions/{meeting}/opening", Needs::SignedIn, || post(web::run::open)),
    Route::page("POST", "/sessions/{meeting}/steps", Needs::SignedIn, || post(web::run::step)),
    Route::page("POST", "/sessions/{meeting}/treatments", Needs::SignedIn, || post(web::run::treat)),
    Route::page("POST", "/sessions/{meeting}/closing", Needs::SignedIn, || post(web::run::close)),
    Route::page("GET", "/sessions/{meeting}/captures", Needs::SignedIn, || get(web::run::captured)),
    Route::page("POST", "/sessions/{meeting}/captures", Needs::SignedIn, || post(web::run::capture)),
    Route::page("POST", "/sessions/{meeting}/captures/back", Needs::SignedIn, || post(web::run::back)),
    Route::page("POST", "/sessions/{meeting}/presence", Needs::SignedIn, || post(web::attendance::here)),
    Route::page("GET", "/sessions/{meeting}/attendance", Needs::SignedIn, || get(web::attendance::all)),
    Route::page("POST", "/sessions/{meeting}/attendance", Needs::SignedIn, || post(web::attendance::save)),
    Route::page("POST", "/sessions/{meeting}/observers", Needs::SignedIn, || post(web::attendance::observe)),
    Route::page("GET", "/sessions/{meeting}/minutes", Needs::SignedIn, || get(web::minutes::one)),
    Route::page("GET", "/sessions/{meeting}/minutes/markdown", Needs::SignedIn, || get(web::minutes::markdown)),
    Route::page("POST", "/sessions/{meeting}/minutes/addenda", Needs::SignedIn, || post(web::minutes::add)),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/standing",
        Needs::SignedIn,
        Doc::get("Show where a session stands: item, planned and used seconds, the server’s now", schema::<SessionStanding>),
        || get(api::running::standing),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/events",
        Needs::SignedIn,
        Doc::get("List what happened to a session, oldest first", schema::<Page<SessionEvent>>),
        || get(api::running::events),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/opening",
        Needs::SignedIn,
        Doc::act("Open a session at its first item; one of a forum is open at a time", schema::<Session>),
        || post(api::running::open),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/steps",
        Needs::SignedIn,
        Doc::change("Go to an item of an open session, pause it or go on", schema::<NewMove>, schema::<SessionStanding>),
        || post(api::running::step),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/captures",
        Needs::SignedIn,
        Doc::get("List what a session captured, in the server’s order", schema::<Page<Capture>>).query(PAGES),
        || get(api::running::list),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/captures",
        Needs::SignedIn,
        Doc::create("Capture something; what is sent again with its key is stored once", schema::<NewCapture>, schema::<Capture>),
        || post(api::running::capture),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/captures/{capture}/withdrawal",
        Needs::SignedIn,
        Doc::act("Take a capture back; its action is dropped", schema::<Capture>),
        || post(api::running::take_back),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/actions/{action}/treatment",
        Needs::SignedIn,
        Doc::change(
            "Say what became of an earlier action: done, carried over, dropped",
            schema::<NewTreatment>,
            schema::<Treatment>,
        ),
        || post(api::running::treat),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/attendance",
        Needs::SignedIn,
        Doc::get("List seats of a session, by role and team, then observers", schema::<Page<Seat>>),
        || get(api::running::seats),
    ),
    Route::api(
        "PUT",
        "/api/v1/sessions/{meeting}/attendance/{seat}",
        Needs::SignedIn,
        Doc::change("Say how a seat is taken", schema::<NewSeat>, schema::<Seat>),
        || put(api::running::sit),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/presence",
        Needs::SignedIn,
        Doc::act("Say that you are here: in each seat that you hold, else as an observer", schema::<Page<Seat>>),
        || post(api::running::here),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/observers",
        Needs::SignedIn,
        Doc::create("Name an observer; you, if no name is given", schema::<NewObserver>, schema::<Page<Seat>>),
        || post(api::running::observe),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/closing",
        Needs::SignedIn,
        Doc::act("Close a session: reports are reviewed, decisions enter the ledger, minutes are made", schema::<Kept>),
        || post(api::running::close),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/minutes",
        Needs::SignedIn,
        Doc::get("Show the minutes of a session with their digest and what came up later", schema::<Kept>),
        || get(api::running::minutes),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/minutes/document",
        Needs::SignedIn,
        Doc::get("Give the minutes as they were stored, byte for byte: the text that the digest is of", schema::<Minutes>),
        || get(api::running::document),
    ),
    Route::api(
        "GET",
        "/api/v1/sessions/{meeting}/minutes/csv",
        Needs::SignedIn,
        Doc::get("Write what a session captured as CSV", schema::<String>).media("text/csv; charset=utf-8"),
        || get(api::running::csv),
    ),
    Route::api(
        "POST",
        "/api/v1/sessions/{meeting}/minutes/addenda",
        Needs::SignedIn,
        Doc::create("Add what came up after a session was closed", schema::<NewAddendum>, schema::<Kept>),
        || post(api::running::add),
    ),
];
