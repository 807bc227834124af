//! axe-core on every page at three widths, light and dark: nothing may be found. No page scrolls sideways.
//!
//! axe is handed to the browser as a script of the developer tools, so the pages' own policy holds while it runs.

use std::path::Path;

use kernel::db::Engine;
use kernel::web::Actor;
use serde_json::{Value, json};

use crate::driver::{Browser, Script, pass_over};
use crate::faults;
use crate::pages;
use crate::refused::{self, Refused};
use crate::sample::{LONG, Sample, everything};
use crate::serving::Served;

/// Widths of windows; at the last only whether anything sticks out.
const WIDTHS: [u32; 4] = [1440, 768, 390, NARROWEST];
const NARROWEST: u32 = 320;
const THEMES: [&str; 2] = ["light", "dark"];

/// Every rule of these groups.
const ALL: &str = r#"["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]"#;

/// The rules that look at colours. The dark appearance changes nothing else: same document, same sizes.
const COLOURS: &str = r#"{ type: "rule", values: ["color-contrast", "link-in-text-block"] }"#;

fn run(rules: &str) -> String {
    format!(
        "return axe.run(document, {{ runOnly: {rules}, resultTypes: ['violations'] }}).then((found) => found.violations.map((rule) => \
        `${{rule.id}}: ${{rule.help}}\\n` + \
        rule.nodes.slice(0, 3).map((node) => `      ${{node.target}} ${{node.html.slice(0, 160)}}`).join('\\n')));"
    )
}

/// Names what sticks out, so that nobody has to look for it.
const SIDEWAYS: &str = r#"
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5);
    return [`${root.scrollWidth} of ${root.clientWidth} px`,
        ...out.slice(0, 3).map((e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute("class")}"> ${e.textContent.trim().slice(0, 60)}`)];
"#;

fn source() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/node_modules/axe-core/axe.min.js");
    match std::fs::read_to_string(file) {
        Ok(text) => Some(text),
        Err(_) => {
            pass_over("there is no axe-core (run `npm ci` in tests/browser)");
            None
        }
    }
}

/// A browser with axe in every page, or `None` after saying what is missing.
async fn browser() -> Option<Browser> {
    let source = source()?;
    let browser = Browser::start(Script::On).await?;
    browser.tools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    Some(browser)
}

/// One thing to look at.
#[derive(Clone, Copy)]
enum Seen<'a> {
    Page(&'a Served, &'a str),
    Refused(&'a Served, &'a Refused),
}

/// What was looked at and what was found.
#[derive(Default)]
struct Looked {
    pages: usize,
    runs: usize,
    faults: Vec<String>,
}

impl Looked {
    fn note(&mut self, place: &str, found: &Value) {
        let list = found.as_array().unwrap_or_else(|| panic!("{place}: no answer: {found}"));
        self.faults.extend(list.iter().map(|f| format!("{place}\n    {}", f.as_str().unwrap_or_default())));
    }

    /// Looks at the page that is open, in all widths. `theme` only names what is seen.
    async fn look(&mut self, browser: &Browser, name: &str, theme: &str, widths: &[u32]) {
        for width in widths {
            browser.width(*width).await;
            let place = format!("{name} at {width} px, {theme}");
            self.note(&format!("{place}, sideways"), &browser.script(SIDEWAYS).await);
            if *width != NARROWEST {
                let rules = if theme == "dark" { COLOURS } else { ALL };
                self.note(&place, &browser.script(&run(rules)).await);
                self.runs += 1;
            }
        }
    }

    async fn one(&mut self, browser: &Browser, seen: Seen<'_>, themes: &[&str], widths: &[u32]) {
        self.pages += 1;
        match seen {
            Seen::Page(served, path) => {
                for theme in themes {
                    // The appearance is what the server reads from the cookie.
                    let cookie = json!({ "name": "theme", "value": theme, "url": served.url("/") });
                    browser.tools("Network.setCookie", cookie).await;
                    browser.open(&served.url(path)).await;
                    assert_eq!(browser.text("document.documentElement.dataset.theme").await, *theme, "{path}");
                    self.look(browser, path, theme, widths).await;
                }
            }
            Seen::Refused(served, form) => {
                form.send(browser, served).await;
                for theme in themes {
                    // The answer to a form cannot be asked for again, so its appearance is changed where it is read from.
                    browser.script(&format!("document.documentElement.dataset.theme = {}", json!(theme))).await;
                    self.look(browser, &format!("refused: {}", form.action), theme, widths).await;
                }
            }
        }
    }

    async fn all(browser: &Browser, seen: Vec<Seen<'_>>, themes: &[&str], widths: &[u32]) -> Self {
        let mut out = Self::default();
        for one in seen {
            out.one(browser, one, themes, widths).await;
        }
        out
    }

    fn with(mut self, other: Self) -> Self {
        self.pages += other.pages;
        self.runs += other.runs;
        self.faults.extend(other.faults);
        self
    }

    fn end(self) {
        let n = self.faults.len();
        eprintln!("axe-core: {} pages, {} runs, {n} violations", self.pages, self.runs);
        assert!(n == 0, "{n} faults:\n{}", self.faults.join("\n"));
    }
}

/// Looks at everything with two browsers, since there are two cores.
async fn look(one: Browser, other: Browser, seen: &[Seen<'_>], themes: &[&str], widths: &[u32]) {
    let half = |rest| seen.iter().copied().enumerate().filter(move |(i, _)| i % 2 == rest).map(|(_, s)| s).collect();
    let (a, b) = tokio::join!(Looked::all(&one, half(0), themes, widths), Looked::all(&other, half(1), themes, widths));
    one.end().await;
    other.end().await;
    a.with(b).end();
}

fn pages_of<'a>(served: &'a Served, paths: &'a [String]) -> Vec<Seen<'a>> {
    paths.iter().map(|path| Seen::Page(served, path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_an_organisation_with_data() {
    let (Some(one), Some(other)) = (browser().await, browser().await) else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let paths = pages::all(&mut s.t.client(), &names).await;
    assert!(paths.len() > 60, "{paths:?}");
    look(one, other, &pages_of(&served, &paths), &THEMES, &WIDTHS).await;
}

/// Somebody who may only read, with a long name, sees other pages: no forms, other words, refusals.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_as_a_reader_sees_it() {
    let (Some(one), Some(other)) = (browser().await, browser().await) else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    s.gate.be(Actor { rights: Vec::new(), ..everything(names.long_person, LONG) });
    let paths = pages::all(&mut s.t.client(), &names).await;
    look(one, other, &pages_of(&served, &paths), &["light"], &[1440, 390, NARROWEST]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_first_day() {
    let (Some(one), Some(other)) = (browser().await, browser().await) else { return };
    let s = Sample::empty(Engine::Sqlite);
    let served = Served::start(&s.t.app).await;
    let paths = pages::without_parameters(&mut s.t.client()).await;
    // Before anybody has signed in there are other pages: signing in, the first account, a refusal for all the rest.
    let nobody = Sample::empty(Engine::Sqlite);
    nobody.gate.be(Actor::anonymous());
    let closed = Served::start(&nobody.t.app).await;
    let open = pages::open_to_nobody(&mut nobody.t.client()).await;
    let seen: Vec<Seen<'_>> = pages_of(&served, &paths).into_iter().chain(pages_of(&closed, &open)).collect();
    look(one, other, &seen, &THEMES, &WIDTHS).await;
}

/// Forms that were refused: what is wrong is shown beside what was typed.
#[tokio::test(flavor = "multi_thread")]
async fn every_form_that_was_refused() {
    let (Some(one), Some(other)) = (browser().await, browser().await) else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let paths = pages::all(&mut s.t.client(), &names).await;
    let forms = refused::forms(&one, &served, &paths).await;
    assert!(forms.len() > 20, "{forms:?}");
    let first = Sample::empty(Engine::Sqlite);
    let served_first = Served::start(&first.t.app).await;
    let paths = pages::without_parameters(&mut first.t.client()).await;
    let mut first_forms = refused::forms(&one, &served_first, &paths).await;
    first_forms.retain(|form| !forms.iter().any(|known| known.action == form.action));
    let mut seen: Vec<Seen<'_>> = forms.iter().map(|form| Seen::Refused(&served, form)).collect();
    seen.extend(first_forms.iter().map(|form| Seen::Refused(&served_first, form)));
    look(one, other, &seen, &THEMES, &WIDTHS).await;
}

/// Pages about faults that no address of the application leads to.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_about_a_fault() {
    let (Some(one), Some(other)) = (browser().await, browser().await) else { return };
    let s = Sample::with(Engine::Sqlite, &faults::ROOMS);
    let served = Served::start(&s.t.app).await;
    let paths = faults::paths();
    look(one, other, &pages_of(&served, &paths), &THEMES, &WIDTHS).await;
}

/// A test that finds nothing must be able to find something.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_found() {
    let Some(browser) = browser().await else { return };
    let s = Sample::empty(Engine::Sqlite);
    let served = Served::start(&s.t.app).await;
    browser.open(&served.url("/welcome")).await;
    browser.script("document.querySelector('label').remove(); document.querySelector('h1').id = 'main';").await;
    let found = browser.script(&run(ALL)).await.to_string();
    browser.script("for (const link of document.querySelectorAll('a')) link.style.color = '#ddd'").await;
    let pale = browser.script(&run(COLOURS)).await.to_string();
    browser.script("document.querySelector('main').append('x'.repeat(5000))").await;
    browser.script("document.body.style.overflowWrap = 'normal'").await;
    let sideways = browser.script(SIDEWAYS).await.to_string();
    browser.end().await;
    assert!(found.contains("label"), "{found}");
    assert!(pale.contains("color-contrast"), "{pale}");
    assert!(sideways.contains(" px"), "{sideways}");
}
