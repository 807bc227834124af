//! The socket that a room plugs into: everything it offers, as constant data. The binary's `rooms.rs` lists the rooms;
//! nothing else knows them all.

use std::pin::Pin;
use std::time::Duration;

use axum::routing::MethodRouter;

use crate::api::Doc;
use crate::db::Sql;
use crate::error::Result;
use crate::web::{App, Right};

/// A capability.
#[derive(Debug)]
pub struct Room {
    /// Its folder's name.
    pub name: &'static str,
    /// Its URLs, each with the right that it needs.
    pub routes: &'static [Route],
    /// Its tables, oldest first.
    pub migrations: &'static [Migration],
    /// Every SQL text, for the test that prepares all of them on both engines.
    pub statements: &'static [&'static [&'static Sql]],
    /// What runs by itself.
    pub jobs: &'static [Job],
    /// The rights it asks for.
    pub rights: &'static [&'static Right],
}

/// One step of a room's tables; forward only.
#[derive(Debug)]
pub struct Migration {
    /// From 1, without gaps.
    pub number: i64,
    /// File name without number and extension.
    pub name: &'static str,
    /// One text for both engines.
    pub sql: &'static str,
}

/// Which kind of answer a route gives: decides how errors look and whether it stands in the OpenAPI document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// HTML, or a redirect to it.
    Page,
    /// JSON under `/api/v1`.
    Api,
    /// Assets, health, metrics, streams.
    System,
}

/// What a caller needs. Data, so that a test can try every route under every role.
#[derive(Debug, Clone, Copy)]
pub enum Needs {
    /// Nothing: signing in, health, assets.
    Nobody,
    /// An account or a token.
    SignedIn,
    /// The right everywhere.
    Everywhere(&'static Right),
    /// The right for the team that the path names, or that the thing in the path belongs to.
    Team(&'static Right),
    /// The right for the group that the path names.
    Group(&'static Right),
    /// The right somewhere; the act narrows it down by what it finds.
    Somewhere(&'static Right),
}

/// A URL with a method.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
    pub method: &'static str,
    /// axum's syntax: `/teams/{team}`.
    pub path: &'static str,
    /// Who may.
    pub needs: Needs,
    /// Page, API or system.
    pub answers: Answers,
    /// `|| get(web::list)`.
    pub handler: fn() -> MethodRouter<App>,
    /// For the OpenAPI document; every API route has one.
    pub doc: Option<Doc>,
}

impl Route {
    /// A page or a form.
    pub const fn page(method: &'static str, path: &'static str, needs: Needs, handler: fn() -> MethodRouter<App>) -> Self {
        Self { method, path, needs, answers: Answers::Page, handler, doc: None }
    }

    /// A JSON route; `path` begins with `/api/v1/`.
    pub const fn api(method: &'static str, path: &'static str, needs: Needs, doc: Doc, handler: fn() -> MethodRouter<App>) -> Self {
        Self { method, path, needs, answers: Answers::Api, handler, doc: Some(doc) }
    }

    /// Health, assets, streams.
    pub const fn system(method: &'static str, path: &'static str, needs: Needs, handler: fn() -> MethodRouter<App>) -> Self {
        Self { method, path, needs, answers: Answers::System, handler, doc: None }
    }
}

/// Routes that stand in several files, by noun, as the one list that a room has. `N` is how many there are; another number
/// does not compile.
///
/// # Panics
/// While compiling, if `N` is not the sum or the first list is empty.
pub const fn joined<const N: usize>(parts: &[&[Route]]) -> [Route; N] {
    let mut out = [parts[0][0]; N];
    let (mut n, mut p) = (0, 0);
    while p < parts.len() {
        let mut i = 0;
        while i < parts[p].len() {
            out[n] = parts[p][i];
            (n, i) = (n + 1, i + 1);
        }
        p += 1;
    }
    assert!(n == N, "the number of routes is the sum of the lists");
    out
}

/// How many routes several lists have: the length of what [`joined`] makes of them.
pub const fn total(parts: &[&[Route]]) -> usize {
    let (mut n, mut p) = (0, 0);
    while p < parts.len() {
        n += parts[p].len();
        p += 1;
    }
    n
}

/// The future that a job's run returns.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Something that runs by itself, on one instance at a time.
#[derive(Debug)]
pub struct Job {
    /// Its lease's name.
    pub name: &'static str,
    /// How often it is looked at.
    pub every: Duration,
    /// One run; does what is due now.
    pub run: for<'a> fn(&'a App) -> Running<'a>,
}
