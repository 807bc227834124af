//! Inside a room: `rules <- store <- acts <- {web, api, cli, jobs, configured}` and `rules <- pages <- web`. A file's kind
//! is its name, or the folder of that name; a file named by a noun (`calendar.rs`, `person.rs`) holds rules.

use super::code::Code;
use super::source::{Finding, Source, clean, files, shipped};

/// What a file of a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Types and decisions; pure.
    Rules,
    /// SQL and row mapping.
    Store,
    /// Verbs.
    Acts,
    /// maud functions over rules.
    Pages,
    /// `web`, `api`, `cli`, `jobs`, `configured`: how an act is called.
    Outer,
    /// `lib.rs`, `room.rs`: what the room offers.
    Socket,
}

/// Files named by a noun that are no rules, each with its reason.
const OTHERWISE: &[(&str, Option<Kind>, &str)] = &[
    ("crates/spine/people/src/gate.rs", None, "implements kernel's Gate: reads once, keeps actors in memory"),
    ("crates/spine/people/src/place.rs", None, "holds the function by which the binary shows this room the catalogue"),
    ("crates/spine/people/src/limits.rs", None, "counts attempts in memory, for one application"),
    ("crates/spine/people/src/password.rs", None, "hashes on threads made for blocking work"),
    ("crates/sources/src/git", None, "collector: runs git with its hooks off, reads its output"),
    ("crates/sources/src/prometheus", None, "collector: asks over the one outgoing client"),
    ("crates/bellwether/src/home/finding.rs", Some(Kind::Store), "one read over the lists of several rooms"),
];

/// The room's source folder and what follows it; `None` for the kernel, the design system, the binary's own files.
fn inside(path: &str) -> Option<&str> {
    if let Some(rest) = path.strip_prefix("crates/bellwether/src/home/") {
        return Some(rest);
    }
    let rest = path.strip_prefix("crates/spine/").or_else(|| path.strip_prefix("crates/"))?;
    let (name, inner) = rest.split_once("/src/")?;
    (!matches!(name, "kernel" | "html" | "bellwether")).then_some(inner)
}

/// The kind of a file; `None` if the table says nothing about it.
pub(crate) fn kind(path: &str) -> Option<Kind> {
    let inner = inside(path)?;
    if let Some((_, kind, _)) = OTHERWISE.iter().find(|(at, ..)| covers(at, path)) {
        return *kind;
    }
    let first = inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs");
    Some(match first {
        "store" => Kind::Store,
        "acts" => Kind::Acts,
        "pages" => Kind::Pages,
        "web" | "api" | "cli" | "jobs" | "configured" => Kind::Outer,
        "lib" | "mod" | "room" => Kind::Socket,
        _ => Kind::Rules,
    })
}

/// True if `at` is the path, without its ending, or a folder above it.
pub(crate) fn covers(at: &str, path: &str) -> bool {
    path == at || path.trim_end_matches(".rs") == at || path.starts_with(&format!("{at}/"))
}

/// Names of our crates in paths.
const OURS: [&str; 18] = [
    "crate",
    "super",
    "self",
    "people",
    "catalogue",
    "evidence",
    "messages",
    "trackers",
    "marks",
    "metrics",
    "facts",
    "actions",
    "decisions",
    "report",
    "sources",
    "wellarch",
    "cycle",
    "council",
];

fn is_under(path: &str, top: &str) -> bool {
    path == top || path.strip_prefix(top).is_some_and(|rest| rest.starts_with("::"))
}

/// True if the path leads into a file of one of these kinds in this or a lower room.
fn leads_to(path: &str, kinds: &[&str]) -> bool {
    let mut parts = path.split("::");
    parts.next().is_some_and(|first| OURS.contains(&first)) && parts.any(|p| kinds.contains(&p))
}

/// Of the kernel's web module, what is plain data: who acts, a right, a form's fields, how times are written.
const PLAIN: [&str; 9] = ["Ctx", "Actor", "ActorId", "Right", "Scope", "Form", "clock", "day", "moment"];

/// Of the design system, how numbers and words are written: pure, and part of the sentences that rules make.
const WRITING: [&str; 9] =
    ["number", "with_unit", "capital", "count_word", "count_word_capital", "listed", "plural", "slug", "signed"];

/// Why a file of this kind must not name the path; `None` if it may.
fn refused(kind: Kind, path: &str) -> Option<&'static str> {
    let any = |tops: &[&str]| tops.iter().any(|top| is_under(path, top));
    let server = any(&["axum", "tokio", "hyper", "reqwest", "kernel::http"]);
    let writing = path.strip_prefix("html::").is_some_and(|name| WRITING.contains(&name));
    let drawing = any(&["maud", "html", "kernel::html"]) && !writing;
    let plain = path.strip_prefix("kernel::web").is_none_or(|rest| PLAIN.iter().any(|p| rest == format!("::{p}")));
    match kind {
        Kind::Rules if any(&["std::fs", "std::net", "std::env", "std::process", "std::thread", "std::os"]) => {
            Some("rules are pure: no file, network, process or thread")
        }
        Kind::Rules if any(&["std::time::SystemTime", "std::time::Instant", "kernel::time::Clock", "kernel::time::Stopwatch"]) => {
            Some("rules take the time as an argument")
        }
        Kind::Rules if server || drawing => Some("rules know no server and draw nothing"),
        Kind::Rules
            if any(&["kernel::db", "kernel::jobs", "kernel::outbox", "kernel::imports", "kernel::live", "kernel::config"]) =>
        {
            Some("rules know no database and no process")
        }
        Kind::Rules if is_under(path, "kernel::trail") && !is_under(path, "kernel::trail::merkle") => Some("rules write no trail"),
        Kind::Rules if !plain => Some("of kernel::web rules may use Ctx, Actor, Right, Scope and Form, which are plain data"),
        Kind::Rules if leads_to(path, &["store", "acts", "pages", "web", "api", "jobs", "cli", "configured"]) => {
            Some("rules are below store, acts and pages")
        }
        Kind::Store if server || drawing => Some("a store knows the database and rules, nothing else"),
        Kind::Store if is_under(path, "kernel::web") => Some("a store takes values, not the context"),
        Kind::Store if leads_to(path, &["acts", "pages", "web", "api", "jobs", "cli", "configured"]) => {
            Some("a store is below acts")
        }
        Kind::Acts if any(&["axum", "hyper", "reqwest"]) => Some("acts know no HTTP"),
        Kind::Acts if drawing => Some("acts draw nothing"),
        Kind::Acts if leads_to(path, &["pages", "web", "api", "cli", "configured"]) => Some("acts are below pages, web and api"),
        Kind::Pages if any(&["kernel::db"]) => Some("pages draw what they are given; they read nothing"),
        Kind::Pages if server || any(&["kernel::web::App"]) => Some("pages know no server"),
        Kind::Pages if leads_to(path, &["store", "acts", "web", "api", "jobs", "cli", "configured"]) => {
            Some("pages are drawn over rules; move the type there")
        }
        _ => None,
    }
}

/// The table of ARCHITECTURE.md over files of rooms.
fn layers(all: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in all {
        let Some(kind) = kind(&source.path) else { continue };
        let mut last = (0, "");
        for (line, path) in Code::shipped(&source.text).paths() {
            if let Some(why) = refused(kind, &path)
                && last != (line, why)
            {
                out.push(Finding::new(&source.path, line, format!("{path}: {why}")));
                last = (line, why);
            }
        }
    }
    out
}

#[test]
fn files_of_a_room_keep_their_direction() {
    clean(&layers(&shipped(&files(&[".rs"]))));
}

#[test]
fn every_exception_is_still_there() {
    let all = files(&[".rs"]);
    let gone: Vec<_> = OTHERWISE.iter().map(|(at, ..)| *at).filter(|at| !all.iter().any(|s| covers(at, &s.path))).collect();
    assert_eq!(gone, [""; 0]);
}

#[test]
fn a_file_is_known_by_its_name_or_its_folder() {
    assert_eq!(kind("crates/spine/people/src/store/person.rs"), Some(Kind::Store));
    assert_eq!(kind("crates/report/src/acts.rs"), Some(Kind::Acts));
    assert_eq!(kind("crates/spine/people/src/role.rs"), Some(Kind::Rules));
    assert_eq!(kind("crates/spine/people/src/gate.rs"), None);
    assert_eq!(kind("crates/bellwether/src/home/web.rs"), Some(Kind::Outer));
    assert_eq!(kind("crates/bellwether/src/serve.rs"), None);
    assert_eq!(kind("crates/kernel/src/api/mod.rs"), None);
    assert_eq!(kind("crates/sources/src/git/run.rs"), None);
    assert_eq!(kind("crates/sources/src/store.rs"), Some(Kind::Store));
}

#[test]
fn each_line_of_the_table_finds_a_violation() {
    let bad = [
        ("rules.rs", "use kernel::db::Tx;"),
        ("rules.rs", "fn f() { let _ = std::fs::read(\"x\"); }"),
        ("rules.rs", "use kernel::time::{Clock, Time};"),
        ("rules/team.rs", "use axum::extract::State;"),
        ("rules.rs", "fn f() { html::table(x) }"),
        ("team.rs", "use tokio::task;"),
        ("rules.rs", "use kernel::web::{App, Ctx};"),
        ("rules.rs", "use crate::store;"),
        ("rules.rs", "use catalogue::acts::make_team;"),
        ("rules.rs", "use kernel::trail::record;"),
        ("store.rs", "use crate::acts;"),
        ("store/team.rs", "use axum::Json;"),
        ("store.rs", "use kernel::web::Ctx;"),
        ("acts.rs", "use axum::http::StatusCode;"),
        ("acts/team.rs", "use maud::Markup;"),
        ("acts.rs", "use crate::pages;"),
        ("pages.rs", "use kernel::db::Row;"),
        ("pages.rs", "use crate::{acts, rules};"),
        ("pages/team.rs", "fn f() { metrics::store::series() }"),
        ("pages.rs", "use kernel::web::App;"),
    ];
    for (file, text) in bad {
        let source = Source { path: format!("crates/spine/catalogue/src/{file}"), text: text.into() };
        assert_eq!(layers(&[source]).len(), 1, "{file}: {text}");
    }
    let good = [
        ("rules.rs", "fn f() { html::number(x, 2) }"),
        ("rules.rs", "use kernel::error::Result;\nuse kernel::web::{Ctx, Right};\nuse std::collections::BTreeMap;"),
        ("rules.rs", "#[cfg(test)]\nmod tests { use std::fs; }\n// axum\n"),
        ("store.rs", "use kernel::db::Tx;\nuse crate::rules::Team;"),
        ("acts.rs", "use kernel::db::Tx;\nuse crate::store;\nuse catalogue::store::team;"),
        ("pages.rs", "use html::html;\nuse crate::rules::Team;\nuse kernel::web::Form;"),
        ("web.rs", "use axum::extract::State;\nuse crate::{acts, pages, store};"),
    ];
    for (file, text) in good {
        let source = Source { path: format!("crates/spine/catalogue/src/{file}"), text: text.into() };
        clean(&layers(&[source]));
    }
}
