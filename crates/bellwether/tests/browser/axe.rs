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
use crate::refused;
use crate::sample::{LONG, Sample, everything};
use crate::serving::Served;

const WIDTHS: [u32; 3] = [1440, 768, 390];
const THEMES: [&str; 2] = ["light", "dark"];

/// Widths at which nothing may stick out.
const NARROWEST: u32 = 320;

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

    /// Opens each page in both themes.
    async fn walk(&mut self, browser: &Browser, served: &Served, paths: &[String]) {
        for path in paths {
            self.pages += 1;
            for theme in THEMES {
                self.themed(browser, served, path, theme).await;
                self.look(browser, path, theme, &[1440, 768, 390, NARROWEST]).await;
            }
        }
    }

    /// The appearance is what the server reads from the cookie.
    async fn themed(&self, browser: &Browser, served: &Served, path: &str, theme: &str) {
        let cookie = json!({ "name": "theme", "value": theme, "url": served.url("/") });
        browser.tools("Network.setCookie", cookie).await;
        browser.open(&served.url(path)).await;
        assert_eq!(browser.text("document.documentElement.dataset.theme").await, theme, "{path}");
    }

    fn end(self) {
        eprintln!(
            "axe-core: {} pages, {} runs ({} widths, {} themes), {} violations",
            self.pages,
            self.runs,
            WIDTHS.len(),
            THEMES.len(),
            self.faults.len()
        );
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_an_organisation_with_data() {
    let Some(browser) = browser().await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let paths = pages::all(&mut s.t.client(), &names).await;
    assert!(paths.len() > 30, "{paths:?}");
    let mut looked = Looked::default();
    looked.walk(&browser, &served, &paths).await;
    browser.end().await;
    looked.end();
}

/// Somebody who may only read, with a long name, sees other pages: no forms, other words, refusals.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_as_a_reader_sees_it() {
    let Some(browser) = browser().await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    s.gate.be(Actor { rights: Vec::new(), ..everything(names.long_person, LONG) });
    let paths = pages::all(&mut s.t.client(), &names).await;
    let mut looked = Looked::default();
    for path in &paths {
        looked.pages += 1;
        looked.themed(&browser, &served, path, "light").await;
        looked.look(&browser, path, "light", &[1440, 390, NARROWEST]).await;
    }
    browser.end().await;
    looked.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_first_day() {
    let Some(browser) = browser().await else { return };
    let s = Sample::empty(Engine::Sqlite);
    let served = Served::start(&s.t.app).await;
    let mut looked = Looked::default();
    let paths = pages::without_parameters(&mut s.t.client()).await;
    looked.walk(&browser, &served, &paths).await;
    s.gate.be(Actor::anonymous());
    let paths = pages::without_parameters(&mut s.t.client()).await;
    looked.walk(&browser, &served, &paths).await;
    browser.end().await;
    looked.end();
}

/// Forms that were refused: what is wrong is shown beside what was typed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the sample form of the gallery leads nowhere; leave it out of the list"]
async fn every_form_that_was_refused() {
    let Some(browser) = browser().await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let mut paths = pages::all(&mut s.t.client(), &names).await;
    let forms = refused::forms(&browser, &served, &paths).await;
    assert!(forms.len() > 10, "{forms:?}");
    let first = Sample::empty(Engine::Sqlite);
    let served_first = Served::start(&first.t.app).await;
    paths = pages::without_parameters(&mut first.t.client()).await;
    let first_forms = refused::forms(&browser, &served_first, &paths).await;
    let mut looked = Looked::default();
    for (form, served) in forms.iter().map(|f| (f, &served)).chain(first_forms.iter().map(|f| (f, &served_first))) {
        form.send(&browser, served).await;
        looked.pages += 1;
        for theme in THEMES {
            // The answer to a form cannot be asked for again, so its appearance is changed where it is read from.
            browser.script(&format!("document.documentElement.dataset.theme = {}", json!(theme))).await;
            looked.look(&browser, &format!("refused: {}", form.action), theme, &[1440, 768, 390, NARROWEST]).await;
        }
    }
    browser.end().await;
    looked.end();
}

/// Pages about faults that no address of the application leads to.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_about_a_fault() {
    let Some(browser) = browser().await else { return };
    let s = Sample::with(Engine::Sqlite, &faults::ROOMS);
    let served = Served::start(&s.t.app).await;
    let mut looked = Looked::default();
    looked.walk(&browser, &served, &faults::paths()).await;
    browser.end().await;
    looked.end();
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
