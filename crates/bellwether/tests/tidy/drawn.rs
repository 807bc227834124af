//! Pages: every public page function is drawn by a test with sample data, nothing is styled or scripted in a template, and
//! style and script stand in the design system alone.

use super::code::Code;
use super::layers::{Kind, kind};
use super::source::{Finding, Source, clean, files, shipped};
use super::tables::owner;

/// Crates, with their room, whose pages are drawn by stories over HTTP on both engines; then every page's address stands in
/// a story.
const BY_STORIES: &[(&str, &str)] = &[("people", "people"), ("sources", "sources")];

/// Crates whose few pages stand above all rooms; `tests/it/rights.rs` asks for each under every role in a world with data.
const BY_RIGHTS: &[&str] = &["bellwether"];

/// True if the address of a story leads to the route: `/people/{id}` as a format, or a real one.
fn is_asked(route: &str, story: &str) -> bool {
    let path = story.split(['?', '#']).next().unwrap_or("");
    let (a, b): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    a.len() == b.len() && a.iter().zip(&b).all(|(r, s)| if r.starts_with('{') { !s.is_empty() } else { r == s })
}

/// Pages of a room that no story asks for.
fn unasked(routes: &[&str], stories: &[Source]) -> Vec<String> {
    let asked: Vec<String> = stories.iter().flat_map(|s| Code::all(&s.text).strings).map(|(_, t)| t).collect();
    routes.iter().filter(|r| !asked.iter().any(|a| is_asked(r, a))).map(|r| (*r).to_owned()).collect()
}

/// Page functions: those of `pages` that give markup and can be called from outside their file.
fn undrawn(shipped: &[Source], tests: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in shipped.iter().filter(|s| kind(&s.path) == Some(Kind::Pages)) {
        let room = owner(&source.path);
        if BY_STORIES.iter().any(|(name, _)| *name == room) || BY_RIGHTS.contains(&room) {
            continue;
        }
        // Two files may have a function `page`; then a test has to say which.
        let file = source.path.rsplit('/').next().unwrap_or("").trim_end_matches(".rs").replace("mod", "pages");
        for f in Code::shipped(&source.text).functions() {
            if f.gives != "Markup" {
                continue;
            }
            let (bare, full) = (format!("{}(", f.name), format!("{file}::{}(", f.name));
            let own = format!("{file}::{}", f.name);
            let same_file = tests_in(&source.text).contains(&bare);
            // By its bare name, if the room brings just this one in under it.
            let brought = |s: &Source| owner(&s.path) == room && Code::all(&s.text).uses().iter().any(|(_, p)| p.ends_with(&own));
            let named = file == "pages" || tests.iter().chain(shipped).any(brought);
            let unique = |text: &str| text.contains(&full) || (named && text.contains(&bare));
            if !same_file && !tests.iter().any(|t| owner(&t.path) == room && unique(&t.text)) {
                let say = format!("no test draws {file}::{}; give it sample data and a snapshot", f.name);
                out.push(Finding::new(&source.path, f.line, say));
            }
        }
    }
    out
}

/// The text of a file's own test module.
fn tests_in(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or("", |i| &text[i..])
}

/// Files of tests.
fn tests(all: &[Source], shipped: &[Source]) -> Vec<Source> {
    all.iter().filter(|s| !shipped.iter().any(|k| k.path == s.path)).cloned().collect()
}

/// Attributes and elements that the content security policy refuses, or that the design system keeps to itself.
fn inline(all: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in all {
        let code = Code::shipped(&source.text);
        let html = source.path.starts_with("crates/html/");
        for (i, line) in code.code.lines().enumerate() {
            let mut add = |say: &str| out.push(Finding::new(&source.path, i + 1, say));
            for word in line.split(|c: char| c.is_whitespace() || matches!(c, '(' | '{' | ';')) {
                let name = word.split('=').next().unwrap_or("");
                let event = name.len() > 2 && name.starts_with("on") && name.bytes().all(|b| b.is_ascii_lowercase());
                if word.contains('=') && !word.contains("==") && (name == "style" || event) {
                    add("no inline style or script: use a class of the design system, a form, or a data attribute");
                }
            }
            if !html && line.contains("PreEscaped") {
                add("PreEscaped: only the design system writes markup that is not escaped");
            }
        }
        // A lens file is read for what must not stand in it.
        if !html && !source.path.starts_with("crates/wellarch/src/lint/") {
            for (line, text) in &code.strings {
                if ["<script", "<style", "javascript:"].iter().any(|m| text.contains(m)) {
                    out.push(Finding::new(&source.path, *line, "style and script stand in crates/html alone"));
                }
            }
        }
    }
    out
}

fn strays(paths: &[Source]) -> Vec<Finding> {
    let ours = |p: &str| p.starts_with("crates/html/assets/");
    let stray = paths.iter().filter(|s| s.path.starts_with("crates/") && !ours(&s.path));
    stray.map(|s| Finding::new(&s.path, 1, "style and script stand in crates/html/assets alone")).collect()
}

#[test]
fn every_page_is_drawn_by_a_test() {
    let all = files(&[".rs"]);
    let shipped = shipped(&all);
    clean(&undrawn(&shipped, &tests(&all, &shipped)));
}

#[test]
fn every_page_of_a_room_with_stories_is_asked_for() {
    let all = files(&[".rs"]);
    for (name, room) in BY_STORIES {
        let stories: Vec<Source> = all
            .iter()
            .filter(|s| owner(&s.path) == *name && (s.path.contains("/tests/it/") || s.path.contains("/tests/browser/")))
            .cloned()
            .collect();
        let room = bellwether::rooms::ALL.iter().find(|r| r.name == *room).expect("a room");
        let pages = room.routes.iter().filter(|r| r.method == "GET" && r.answers == kernel::room::Answers::Page);
        let routes: Vec<&str> = pages.map(|r| r.path).collect();
        assert!(!routes.is_empty(), "{name} has no page");
        assert_eq!(unasked(&routes, &stories), [""; 0], "{name}");
    }
}

#[test]
fn the_test_of_rights_asks_for_every_route() {
    let all = files(&[".rs"]);
    let rights = all.iter().find(|s| s.path == "crates/bellwether/tests/it/rights.rs").expect("the test of rights");
    assert!(!Code::all(&rights.text).mentions("rooms::ALL").is_empty(), "rights.rs does not go over all rooms any more");
}

#[test]
fn a_page_that_no_story_asks_for_is_found() {
    let text = "get(\"/people\"); get(&format!(\"/people/{id}?a=1\"))";
    let story = Source { path: "crates/spine/people/tests/it/main.rs".into(), text: text.into() };
    assert_eq!(
        unasked(&["/people", "/people/{person}", "/people/{person}/roles", "/account"], &[story]),
        ["/people/{person}/roles", "/account"]
    );
}

#[test]
fn nothing_is_styled_or_scripted_in_a_page() {
    clean(&inline(&shipped(&files(&[".rs"]))));
}

#[test]
fn style_and_script_are_in_the_design_system() {
    clean(&strays(&files(&[".css", ".js"])));
}

#[test]
fn a_page_that_no_test_draws_is_found() {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let page =
        of("crates/report/src/pages/entry.rs", "pub fn page(x: u8) -> Markup { html! {} }\nfn part() -> Markup { html! {} }\n");
    let elsewhere = of("crates/sources/tests/it/main.rs", "entry::page(1)");
    let other = of("crates/report/src/pages/tests.rs", "overview::page(1)");
    assert_eq!(undrawn(std::slice::from_ref(&page), &[elsewhere, other]).len(), 1);
    let drawn = of("crates/report/src/pages/tests.rs", "let m = entry::page(1);");
    clean(&undrawn(std::slice::from_ref(&page), &[drawn]));
    let brought = of("crates/report/src/pages/tests.rs", "use super::entry::page;\nlet m = page(1);");
    clean(&undrawn(std::slice::from_ref(&page), &[brought]));
    let own = of(&page.path, &format!("{}#[cfg(test)]\nmod tests {{\n    fn t() {{ page(1); }}\n}}\n", page.text));
    clean(&undrawn(&[own], &[]));
}

#[test]
fn a_style_or_a_script_in_a_page_is_found() {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    for bad in [
        "html! { div style=\"color: red\" {} }",
        "html! { button onclick=(f) {} }",
        "html! { (PreEscaped(x)) }",
        "let s = \"<script>\";",
        "html! { a href=\"javascript:x\" {} }",
    ] {
        assert_eq!(inline(&[of("crates/report/src/pages.rs", bad)]).len(), 1, "{bad}");
    }
    let good = "let style = 1; let one = two; html! { p.one { \"style=\" } } if only == 1 {}";
    clean(&inline(&[of("crates/report/src/pages.rs", good)]));
    assert_eq!(strays(&[of("crates/report/src/x.css", ""), of("crates/html/assets/app.css", "")]).len(), 1);
}
