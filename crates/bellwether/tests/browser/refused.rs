//! Every form of every page, sent with something that nobody may type into a field.

use bellwether::rooms;
use serde_json::{Value, json};

use crate::driver::Browser;
use crate::sample::LONG;
use crate::serving::Served;

/// Text that no field takes: too short for a password, no number, no address, and with a control character.
const REFUSED: &str = "a\u{1}b";

/// Forms of the page that is open which people fill in (those of the gallery lead nowhere): their places among the page's forms, and where they are sent.
const FORMS: &str = "return [...document.forms].flatMap((form, place) => \
    form.closest('main') && form.method === 'post' && form.getAttribute('action').startsWith('/') && fields(form).length ? [[place, form.getAttribute('action')]] : []);";

/// Filled in and sent as without the page's script, which would take it over.
const SEND: &str = "const form = document.forms[place]; \
    for (const field of fields(form)) field.value = text; \
    HTMLFormElement.prototype.submit.call(form);";

const FIELDS: &str = "const fields = (form) => [...form.elements].filter((field) => field.matches( \
    'textarea, input:not([type]), input[type=text], input[type=search], input[type=password], input[type=email], input[type=url], input[type=number]'));";

/// A form of a page.
#[derive(Debug)]
pub(crate) struct Refused {
    page: String,
    place: u64,
    /// Where it is sent.
    pub(crate) action: String,
}

/// The route that takes a path: `/teams/{team}/edit`.
fn route(path: &str) -> &'static str {
    let fits = |route: &str| {
        let (wanted, given): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
        wanted.len() == given.len() && wanted.iter().zip(&given).all(|(w, g)| w.starts_with('{') || w == g)
    };
    let mut posts = rooms::ALL.iter().flat_map(|room| room.routes).filter(|r| r.method == "POST").map(|r| r.path);
    posts.find(|r| fits(r)).unwrap_or_else(|| panic!("a form is sent to {path}, which takes none"))
}

/// All forms of these pages: each route once, and once more for the thing with a long name.
pub(crate) async fn forms(browser: &Browser, served: &Served, pages: &[String]) -> Vec<Refused> {
    let mut out: Vec<Refused> = Vec::new();
    for page in pages {
        browser.open(&served.url(page)).await;
        let found = browser.script(&format!("{FIELDS} {FORMS}")).await;
        for form in found.as_array().into_iter().flatten() {
            let action = form[1].as_str().unwrap_or_default().to_owned();
            let key = |action: &str| (route(action), action.contains(&LONG.to_lowercase()[..30]));
            if !out.iter().any(|known| key(&known.action) == key(&action)) {
                out.push(Refused { page: page.clone(), place: form[0].as_u64().unwrap_or(0), action });
            }
        }
    }
    out
}

impl Refused {
    /// Sends it; the answer must be the form again, with what was typed and what is wrong with it.
    pub(crate) async fn send(&self, browser: &Browser, served: &Served) {
        browser.open(&served.url(&self.page)).await;
        let values = format!("const place = {}, text = {}; window.before = true;", self.place, json!(REFUSED));
        browser.script(&format!("{values} {FIELDS} {SEND}")).await;
        browser.until("!window.before && document.readyState === 'complete'").await;
        let (page, action) = (&self.page, &self.action);
        let status = browser.script("return performance.getEntriesByType('navigation')[0].responseStatus").await;
        let text = browser.text("document.body.innerText").await;
        assert!(matches!(status.as_u64(), Some(400..=499)), "{action} on {page} took it: {status}\n{text}");
        let said = browser.script("return Boolean(document.querySelector('main .alert a[href], main .err'))").await;
        assert_eq!(said, Value::Bool(true), "{action} on {page} does not say what is wrong: {status}\n{text}");
        let held = format!("(field) => field.type === 'password' || field.value === {}", json!(REFUSED));
        let kept = browser.script(&format!("{FIELDS} return [...document.forms].flatMap(fields).some({held})")).await;
        assert_eq!(kept, Value::Bool(true), "{action} on {page} threw away what was typed\n{text}");
    }
}
