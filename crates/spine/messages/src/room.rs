//! What this room offers.

use axum::routing::{get, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route};
use people::rights;

use crate::channel::{Channel, NewChannel};
use crate::delivery::{Delivery, Dismissal};
use crate::message::Message;
use crate::{api, jobs, store, web};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];
const DELIVERIES: &[Param] = &[limit_param(200), param("cursor", "`next` of the page before")];

/// What leaves for chat, mail and machines, and whether it arrived.
pub static ROOM: Room = Room {
    name: "messages",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "messages", sql: include_str!("../migrations/0001_messages.sql") }],
    statements: &[store::message::STATEMENTS, store::channel::STATEMENTS, store::delivery::STATEMENTS],
    jobs: jobs::JOBS,
    rights: &[&rights::CHANNELS],
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/channels", Needs::SignedIn, || get(web::list)),
    Route::page("POST", "/channels", Needs::Somewhere(&rights::CHANNELS), || post(web::make)),
    Route::page("GET", "/channels/{channel}", Needs::SignedIn, || get(web::one)),
    Route::page("POST", "/channels/{channel}", Needs::Somewhere(&rights::CHANNELS), || post(web::change)),
    Route::page("POST", "/channels/{channel}/test", Needs::Somewhere(&rights::CHANNELS), || post(web::test)),
    Route::page("POST", "/channels/{channel}/archival", Needs::Somewhere(&rights::CHANNELS), || post(web::archive)),
    Route::page("GET", "/messages/{message}", Needs::SignedIn, || get(web::message)),
    Route::page("GET", "/dead-letters", Needs::SignedIn, || get(web::dead)),
    Route::page("POST", "/dead-letters/{delivery}/tries", Needs::Somewhere(&rights::CHANNELS), || post(web::retry)),
    Route::page("POST", "/dead-letters/{delivery}/dismissal", Needs::Somewhere(&rights::CHANNELS), || post(web::drop)),
    Route::api(
        "GET",
        "/api/v1/channels",
        Needs::SignedIn,
        Doc::get("List channels in alphabetical order", schema::<Page<Channel>>).query(PAGES),
        || get(api::list),
    ),
    Route::api(
        "POST",
        "/api/v1/channels",
        Needs::Somewhere(&rights::CHANNELS),
        Doc::create(
            "Make a channel; its address is a secret of the configuration, named here",
            schema::<NewChannel>,
            schema::<Channel>,
        ),
        || post(api::make),
    ),
    Route::api("GET", "/api/v1/channels/{channel}", Needs::SignedIn, Doc::get("Show a channel", schema::<Channel>), || {
        get(api::show)
    }),
    Route::api(
        "PUT",
        "/api/v1/channels/{channel}",
        Needs::Somewhere(&rights::CHANNELS),
        Doc::change("Change a channel; whose it is stays", schema::<NewChannel>, schema::<Channel>),
        || put(api::alter),
    ),
    Route::api(
        "POST",
        "/api/v1/channels/{channel}/archival",
        Needs::Somewhere(&rights::CHANNELS),
        Doc::remove("Put a channel away; what it delivered stays to be seen"),
        || post(api::archive),
    ),
    Route::api(
        "POST",
        "/api/v1/channels/{channel}/test",
        Needs::Somewhere(&rights::CHANNELS),
        Doc::act("Send a test by a channel and say how it ended, or that it goes on", schema::<Delivery>),
        || post(api::test),
    ),
    Route::api(
        "GET",
        "/api/v1/channels/{channel}/deliveries",
        Needs::SignedIn,
        Doc::get("List what left by a channel, newest first", schema::<Page<Delivery>>).query(DELIVERIES),
        || get(api::deliveries),
    ),
    Route::api("GET", "/api/v1/messages/{message}", Needs::SignedIn, Doc::get("Show a message", schema::<Message>), || {
        get(api::message)
    }),
    Route::api(
        "GET",
        "/api/v1/messages/{message}/deliveries",
        Needs::SignedIn,
        Doc::get("List where a message goes and whether it arrived", schema::<Page<Delivery>>).query(DELIVERIES),
        || get(api::of_message),
    ),
    Route::api(
        "GET",
        "/api/v1/dead-letters",
        Needs::SignedIn,
        Doc::get("List deliveries that were given up and that nobody has dropped, newest first", schema::<Page<Delivery>>)
            .query(DELIVERIES),
        || get(api::given_up),
    ),
    Route::api("GET", "/api/v1/deliveries/{delivery}", Needs::SignedIn, Doc::get("Show a delivery", schema::<Delivery>), || {
        get(api::delivery)
    }),
    Route::api(
        "POST",
        "/api/v1/deliveries/{delivery}/tries",
        Needs::Somewhere(&rights::CHANNELS),
        Doc::act("Try a delivery again that was given up", schema::<Delivery>),
        || post(api::retry),
    ),
    Route::api(
        "POST",
        "/api/v1/deliveries/{delivery}/dismissal",
        Needs::Somewhere(&rights::CHANNELS),
        Doc::change("Drop a delivery that was given up, with a reason", schema::<Dismissal>, schema::<Delivery>),
        || post(api::drop),
    ),
];
