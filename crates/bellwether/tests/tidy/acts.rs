//! An act asks for its right before it does anything: context first, permission in the first statement.

use super::code::{Code, Function};
use super::layers::{Kind, kind};
use super::source::{Finding, Source, clean, files, shipped};

/// Acts that ask for no right, each with its reason: file below `crates/`, name.
const FREE: &[(&str, &str, &str)] = &[
    ("spine/people/src/acts/session.rs", "sign_in", "nobody is signed in yet; attempts are counted first"),
    ("spine/people/src/acts/link.rs", "use_link", "the link's secret is the right; attempts are counted first"),
    ("spine/people/src/acts/link.rs", "look_up", "the link's secret is the right"),
    ("spine/people/src/acts/set_up.rs", "set_up", "the code that the server printed is the right"),
    ("spine/people/src/acts/set_up.rs", "setup_code", "called by the server at its start, not by a request"),
    ("spine/people/src/acts/forget.rs", "forget", "a job of the server: nobody asks for it"),
    ("spine/people/src/acts/mod.rs", "protected", "a read that says why a button is missing"),
];

/// What a first statement does to ask for a right.
const ASKS: [&str; 6] =
    [".require(", ".require_signed_in(", ".require_everywhere(", ".require_somewhere(", "own_id(cx)", "own(cx)"];

/// What is wrong with an act; `None` if nothing.
fn fault(f: &Function) -> Option<&'static str> {
    let touches = f.params.contains("dyn Tx") || f.params.contains("&App");
    if !f.public || !touches {
        return None;
    }
    let params = f.params.strip_prefix("app: &App, ").unwrap_or(&f.params);
    if !params.starts_with("cx: &Ctx") {
        return Some("takes the context first; if it only reads, it belongs into store or is pub(crate)");
    }
    let first = f.body.split(';').next().unwrap_or("");
    (!ASKS.iter().any(|a| first.contains(a))).then_some("asks for its right in its first statement")
}

fn is_free(path: &str, name: &str) -> bool {
    FREE.iter().any(|(file, free, _)| path.strip_prefix("crates/") == Some(file) && name == *free)
}

fn unasked(all: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in all.iter().filter(|s| kind(&s.path) == Some(Kind::Acts)) {
        for f in Code::shipped(&source.text).functions() {
            if let Some(say) = fault(&f)
                && !is_free(&source.path, &f.name)
            {
                out.push(Finding::new(&source.path, f.line, format!("{}: an act {say}", f.name)));
            }
        }
    }
    out
}

#[test]
fn acts_ask_for_their_right_first() {
    clean(&unasked(&shipped(&files(&[".rs"]))));
}

#[test]
fn every_free_act_is_still_there() {
    let all = shipped(&files(&[".rs"]));
    let names = |file: &str| {
        let found = all.iter().find(|s| s.path.strip_prefix("crates/") == Some(file));
        found.map_or_else(Vec::new, |s| Code::shipped(&s.text).functions().into_iter().map(|f| f.name).collect())
    };
    let gone: Vec<_> =
        FREE.iter().filter(|(file, name, _)| !names(file).iter().any(|n| n == name)).map(|(_, name, _)| *name).collect();
    assert_eq!(gone, [""; 0]);
}

#[test]
fn an_act_that_asks_late_or_not_at_all_is_found() {
    let of = |text: &str| Source { path: "crates/report/src/acts.rs".into(), text: text.into() };
    for bad in [
        "pub fn a(tx: &mut dyn Tx, cx: &Ctx) { cx.require(x)?; }",
        "pub fn b(cx: &Ctx, tx: &mut dyn Tx) { store::team(tx)?; cx.require(x)?; }",
        "pub fn c(cx: &Ctx, tx: &mut dyn Tx) -> Result<()> {\n    // cx.require(x)?;\n    store::x(tx)\n}",
        "pub async fn d(app: &App, cx: &Ctx) { app.write(cx, f).await }",
        "pub fn e(tx: &mut dyn Tx) {}",
    ] {
        assert_eq!(unasked(&[of(bad)]).len(), 1, "{bad}");
    }
    for good in [
        "pub fn a(cx: &Ctx, tx: &mut dyn Tx) { cx.require_signed_in()?; x }",
        "pub fn b(cx: &Ctx, tx: &mut dyn Tx, team: &Team) { team.require(cx, &R)?; }",
        "pub async fn c(app: &App, cx: &Ctx) { let id = own_id(cx)?; }",
        "pub(crate) fn d(tx: &mut dyn Tx) {}",
        "pub fn e(cx: &Ctx) -> bool { true }",
    ] {
        clean(&unasked(&[of(good)]));
    }
}
