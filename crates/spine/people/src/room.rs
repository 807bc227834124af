//! What this room offers.

use axum::routing::{delete, get, patch, post, put};
use kernel::api::{Doc, Page, Param, limit_param, param, schema};
use kernel::room::{Migration, Needs, Room, Route};

use crate::acts::{Change, NewOrganisation, OwnChange};
use crate::api::me::Me;
use crate::api::person::{File, Invited};
use crate::api::role::{RightView, RoleView};
use crate::api::token::Made;
use crate::csv::Imported;
use crate::link::Link;
use crate::token::{NewToken, Token};
use crate::web::{account, list, person, start, token};
use crate::{Grant, NewGrant, NewPerson, Organisation, Person, api, jobs, rights, store};

const PAGES: &[Param] = &[limit_param(500), param("cursor", "`next` of the page before")];

/// Accounts, roles, sessions, tokens.
pub static ROOM: Room = Room {
    name: "people",
    routes: ROUTES,
    migrations: &[Migration { number: 1, name: "people", sql: include_str!("../migrations/0001_people.sql") }],
    statements: store::ALL,
    jobs: jobs::ALL,
    rights: rights::ALL,
};

static ROUTES: &[Route] = &[
    Route::page("GET", "/start", Needs::Nobody, || get(start::first_form)),
    Route::page("POST", "/start", Needs::Nobody, || post(start::first)),
    Route::page("GET", "/sign-in", Needs::Nobody, || get(start::sign_in_form)),
    Route::page("POST", "/sign-in", Needs::Nobody, || post(start::sign_in)),
    Route::page("POST", "/sign-out", Needs::Nobody, || post(start::sign_out)),
    Route::page("GET", "/invitation/{code}", Needs::Nobody, || get(start::invitation_form)),
    Route::page("POST", "/invitation/{code}", Needs::Nobody, || post(start::invitation)),
    Route::page("GET", "/reset/{code}", Needs::Nobody, || get(start::reset_form)),
    Route::page("POST", "/reset/{code}", Needs::Nobody, || post(start::reset)),
    Route::page("GET", "/appearance", Needs::Nobody, || get(start::appearance)),
    Route::page("GET", "/account", Needs::SignedIn, || get(account::show)),
    Route::page("POST", "/account", Needs::SignedIn, || post(account::change)),
    Route::page("POST", "/account/password", Needs::SignedIn, || post(account::password)),
    Route::page("POST", "/account/sessions/{session}/end", Needs::SignedIn, || post(account::end)),
    Route::page("GET", "/people", Needs::SignedIn, || get(list::show)),
    Route::page("POST", "/people", Needs::Everywhere(&rights::PEOPLE), || post(list::invite)),
    Route::page("POST", "/people/import", Needs::Everywhere(&rights::PEOPLE), || post(list::import)),
    Route::page("GET", "/people/{person}", Needs::SignedIn, || get(person::show)),
    Route::page("POST", "/people/{person}", Needs::Everywhere(&rights::PEOPLE), || post(person::change)),
    Route::page("POST", "/people/{person}/roles", Needs::Everywhere(&rights::PEOPLE), || post(person::grant)),
    Route::page("POST", "/people/{person}/roles/{grant}/revocation", Needs::Everywhere(&rights::PEOPLE), || post(person::revoke)),
    Route::page("POST", "/people/{person}/links", Needs::Everywhere(&rights::PEOPLE), || post(person::link)),
    Route::page("POST", "/people/{person}/deactivation", Needs::Everywhere(&rights::PEOPLE), || post(person::deactivate)),
    Route::page("POST", "/people/{person}/reactivation", Needs::Everywhere(&rights::PEOPLE), || post(person::reactivate)),
    Route::page("GET", "/tokens", Needs::Somewhere(&rights::TOKENS), || get(token::show)),
    Route::page("POST", "/tokens", Needs::Somewhere(&rights::TOKENS), || post(token::make)),
    Route::page("POST", "/tokens/{token}/revocation", Needs::Somewhere(&rights::TOKENS), || post(token::revoke)),
    Route::api("GET", "/api/v1/me", Needs::SignedIn, Doc::get("Show who asks, and what they may do", schema::<Me>), || {
        get(api::me::show)
    }),
    Route::api(
        "PATCH",
        "/api/v1/me",
        Needs::SignedIn,
        Doc::change("Change one's own name or zone", schema::<OwnChange>, schema::<Person>),
        || patch(api::me::change),
    ),
    Route::api("GET", "/api/v1/organisation", Needs::SignedIn, Doc::get("Show the organisation", schema::<Organisation>), || {
        get(api::organisation::show)
    }),
    Route::api(
        "PUT",
        "/api/v1/organisation",
        Needs::Everywhere(&rights::SETUP),
        Doc::change("Set the organisation up, or change it", schema::<NewOrganisation>, schema::<Organisation>),
        || put(api::organisation::change),
    ),
    Route::api(
        "GET",
        "/api/v1/people",
        Needs::SignedIn,
        Doc::get("List people in alphabetical order", schema::<Page<Person>>).query(PAGES),
        || get(api::person::list),
    ),
    Route::api(
        "POST",
        "/api/v1/people",
        Needs::Everywhere(&rights::PEOPLE),
        Doc::create("Invite a person; the answer has the link to hand out", schema::<NewPerson>, schema::<Invited>),
        || post(api::person::invite),
    ),
    Route::api(
        "POST",
        "/api/v1/people/import",
        Needs::Everywhere(&rights::PEOPLE),
        Doc::change("Invite people and give roles from a CSV file, or say what it would do", schema::<File>, schema::<Imported>),
        || post(api::person::import),
    ),
    Route::api("GET", "/api/v1/people/{person}", Needs::SignedIn, Doc::get("Show an account", schema::<Person>), || {
        get(api::person::show)
    }),
    Route::api(
        "PATCH",
        "/api/v1/people/{person}",
        Needs::Everywhere(&rights::PEOPLE),
        Doc::change("Change an account", schema::<Change>, schema::<Person>),
        || patch(api::person::change),
    ),
    Route::api(
        "POST",
        "/api/v1/people/{person}/links",
        Needs::Everywhere(&rights::PEOPLE),
        Doc { status: 201, ..Doc::act("Make a link with which a person sets a password; earlier ones end", schema::<Link>) },
        || post(api::person::link),
    ),
    Route::api(
        "POST",
        "/api/v1/people/{person}/deactivation",
        Needs::Everywhere(&rights::PEOPLE),
        Doc::act("End an account; what it did stays", schema::<Person>),
        || post(api::person::deactivate),
    ),
    Route::api(
        "POST",
        "/api/v1/people/{person}/reactivation",
        Needs::Everywhere(&rights::PEOPLE),
        Doc::act("Open an account again, with the roles and the password that it had", schema::<Person>),
        || post(api::person::reactivate),
    ),
    Route::api(
        "GET",
        "/api/v1/people/{person}/roles",
        Needs::SignedIn,
        Doc::get("List the roles that a person holds", schema::<Page<Grant>>),
        || get(api::role::of_person),
    ),
    Route::api(
        "POST",
        "/api/v1/people/{person}/roles",
        Needs::Everywhere(&rights::PEOPLE),
        Doc::create("Give a role", schema::<NewGrant>, schema::<Grant>),
        || post(api::role::grant),
    ),
    Route::api(
        "DELETE",
        "/api/v1/people/{person}/roles/{grant}",
        Needs::Everywhere(&rights::PEOPLE),
        Doc::remove("Take a role away"),
        || delete(api::role::revoke),
    ),
    Route::api(
        "GET",
        "/api/v1/roles",
        Needs::SignedIn,
        Doc::get("List the roles and the rights that each brings", schema::<Page<RoleView>>),
        || get(api::role::roles),
    ),
    Route::api("GET", "/api/v1/rights", Needs::SignedIn, Doc::get("List the rights in words", schema::<Page<RightView>>), || {
        get(api::role::rights)
    }),
    Route::api(
        "GET",
        "/api/v1/tokens",
        Needs::Somewhere(&rights::TOKENS),
        Doc::get("List your tokens; all of them for the platform engineer", schema::<Page<Token>>).query(PAGES),
        || get(api::token::list),
    ),
    Route::api(
        "POST",
        "/api/v1/tokens",
        Needs::Somewhere(&rights::TOKENS),
        Doc::create("Make a token; the answer has its secret", schema::<NewToken>, schema::<Made>),
        || post(api::token::make),
    ),
    Route::api("DELETE", "/api/v1/tokens/{token}", Needs::Somewhere(&rights::TOKENS), Doc::remove("Revoke a token"), || {
        delete(api::token::revoke)
    }),
];
