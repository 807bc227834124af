//! What this room offers.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::api::work::{self, ConcernResults};
use crate::api::{self, ConcernsAlike, Roadmap};
use crate::concern::{Concern, ConcernEdit, NewConcern};
use crate::moving::ConcernMove;
use crate::result::{ConcernResult, Measured, NewResult};
use crate::setting::Setting;
use crate::view::{ConcernView, NewStory, Story, StorySprint};
use crate::wsjf::NewWsjf;
use crate::{store, web};

const WHICH: &[Param] = &[
    param("q", "Words that each begin a word of the concern, its reason or its epic"),
    param(
        "state",
        "A state such as `accepted`; `board` for all that are not put aside, `aside` for those, or `all`, which it is if left out",
    ),
    param("team", "Slug of the team that raised it"),
    limit_param(500),
    param("cursor", "`next` of the page before"),
];
const ROWS: &[Param] = &[WHICH[0], WHICH[1], WHICH[2]];
const LIKE: &[Param] = &[param("text", "A text of up to 2,000 characters")];

const RAISE: Needs = Needs::Somewhere(&rights::CONCERNS);
const DECIDE: Needs = Needs::Everywhere(&rights::COUNCIL);

/// Concerns about reliability, and what became of them.
pub static ROOM: Room = Room {
    name: "council",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "council", sql: include_str!("../migrations/0001_council.sql") }],
    statements: store::ALL,
    jobs: &[],
    rights: &[&rights::CONCERNS, &rights::COUNCIL],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/council", Needs::SignedIn, || get(web::board)),
    Route::page("GET", "/council/roadmap", Needs::SignedIn, || get(web::roadmap)),
    Route::page("GET", "/council/roadmap/markdown", Needs::SignedIn, || get(web::roadmap_markdown)),
    Route::page("GET", "/council/rules", Needs::SignedIn, || get(web::rules)),
    Route::page("POST", "/council/rules", DECIDE, || post(web::set_rules)),
    Route::page("GET", "/council/concerns", Needs::SignedIn, || get(web::list)),
    Route::page("POST", "/council/concerns", RAISE, || post(web::form::raise)),
    Route::page("GET", "/council/concerns/new", RAISE, || get(web::form::new)),
    Route::page("GET", "/council/concerns/alike", Needs::SignedIn, || get(web::form::alike)),
    Route::page("GET", "/council/concerns/{concern}", Needs::SignedIn, || get(web::one::one)),
    Route::page("GET", "/council/concerns/{concern}/text", RAISE, || get(web::form::text)),
    Route::page("POST", "/council/concerns/{concern}/text", RAISE, || post(web::form::change)),
    Route::page("POST", "/council/concerns/{concern}/moves", RAISE, || post(web::one::move_on)),
    Route::page("POST", "/council/concerns/{concern}/score", DECIDE, || post(web::one::score)),
    Route::page("POST", "/council/concerns/{concern}/stories", RAISE, || post(web::one::story)),
    Route::page("POST", "/council/concerns/{concern}/stories/{action}/sprint", RAISE, || post(web::one::sprint)),
    Route::page("GET", "/council/concerns/{concern}/results", Needs::SignedIn, || get(web::results::results)),
    Route::page("POST", "/council/concerns/{concern}/results", RAISE, || post(web::results::record)),
    Route::api(
        "GET",
        "/api/v1/concerns",
        Needs::SignedIn,
        Doc::get("List concerns, newest first", schema::<Page<Concern>>).query(WHICH),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/concerns",
        RAISE,
        Doc::create("Raise a concern for a team", schema::<NewConcern>, schema::<Concern>),
        || post(api::raise),
    ),
    Route::api(
        "GET",
        "/api/v1/concerns/csv",
        Needs::SignedIn,
        Doc::get("Write concerns as CSV, at most 10,000", schema::<String>).query(ROWS).media("text/csv; charset=utf-8"),
        || get(api::csv),
    ),
    Route::api(
        "GET",
        "/api/v1/concerns/alike",
        Needs::SignedIn,
        Doc::get("Find concerns that share two words or more with a text", schema::<ConcernsAlike>).query(LIKE),
        || get(api::alike),
    ),
    Route::api(
        "GET",
        "/api/v1/concerns/{concern}",
        Needs::SignedIn,
        Doc::get("Show a concern by its number with its work, results and history", schema::<ConcernView>),
        || get(api::show),
    ),
    Route::api(
        "PUT",
        "/api/v1/concerns/{concern}",
        RAISE,
        Doc::change("Change what a concern says", schema::<ConcernEdit>, schema::<Concern>),
        || put(api::edit),
    ),
    Route::api(
        "POST",
        "/api/v1/concerns/{concern}/moves",
        RAISE,
        Doc::change(
            "Move a concern on; what the council decides goes into the ledger of decisions",
            schema::<ConcernMove>,
            schema::<Concern>,
        ),
        || post(api::move_on),
    ),
    Route::api(
        "POST",
        "/api/v1/concerns/{concern}/scores",
        DECIDE,
        Doc::change("Give a concern a score: one's own, or the council's as a whole", schema::<NewWsjf>, schema::<Concern>),
        || post(work::score),
    ),
    Route::api(
        "POST",
        "/api/v1/concerns/{concern}/stories",
        RAISE,
        Doc::create("Give a team a story: an action of the register", schema::<NewStory>, schema::<Story>),
        || post(work::story),
    ),
    Route::api(
        "PUT",
        "/api/v1/concerns/{concern}/stories/{action}",
        RAISE,
        Doc::change("Say into which sprint a story was pulled", schema::<StorySprint>, schema::<Story>),
        || put(work::sprint),
    ),
    Route::api(
        "GET",
        "/api/v1/concerns/{concern}/results",
        Needs::SignedIn,
        Doc::get("List the results of a concern, newest first", schema::<ConcernResults>),
        || get(work::results),
    ),
    Route::api(
        "POST",
        "/api/v1/concerns/{concern}/results",
        RAISE,
        Doc::create("Record before and after; a result never changes", schema::<NewResult>, schema::<ConcernResult>),
        || post(work::record),
    ),
    Route::api(
        "POST",
        "/api/v1/concerns/{concern}/comparison",
        Needs::SignedIn,
        Doc::change("Compare before and after without recording it", schema::<NewResult>, schema::<Measured>),
        || post(work::compare),
    ),
    Route::api("GET", "/api/v1/council", Needs::SignedIn, Doc::get("Show the council's own rules", schema::<Setting>), || {
        get(api::setting)
    }),
    Route::api(
        "PUT",
        "/api/v1/council",
        DECIDE,
        Doc::change("Change the council's own rules", schema::<Setting>, schema::<Setting>),
        || put(api::set),
    ),
    Route::api(
        "GET",
        "/api/v1/council/roadmap",
        Needs::SignedIn,
        Doc::get("Show what is planned, done and measured, by quarter", schema::<Roadmap>),
        || get(api::roadmap),
    ),
    Route::api(
        "GET",
        "/api/v1/council/roadmap/csv",
        Needs::SignedIn,
        Doc::get("Write the roadmap as CSV", schema::<String>).media("text/csv; charset=utf-8"),
        || get(api::roadmap_csv),
    ),
];
