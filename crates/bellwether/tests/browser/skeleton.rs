//! From a typed value to a frozen report, with the keyboard alone, with and without the page's script, on both engines.

use fantoccini::key::Key;
use kernel::db::Engine;
use kernel::testing::TestApp;

use crate::driver::{Browser, Script};
use crate::sample::{REPORTED, SPRINT, Sample};
use crate::serving::Served;

/// Somebody opens a team's report, types the first value and leaves the field.
async fn type_a_value(browser: &Browser, served: &Served) {
    browser.open(&served.url("/reports/payments")).await;
    assert_eq!(browser.place().await, format!("/reports/payments/{SPRINT}"));
    browser.tab_to("main a[href$='/entry']").await;
    browser.key(Key::Enter).await;
    browser.until("location.pathname.endsWith('/entry') && document.readyState === 'complete'").await;
    browser.tab_to("main .ent .val input").await;
    browser.keys("1851").await;
}

/// The report is ready: it is marked reviewed, and what the page shows is what the trail proves.
async fn review(browser: &Browser, s: &Sample) {
    browser
        .arrived(&format!("location.pathname === '/reports/payments/{SPRINT}' && document.body.innerText.includes('Ready since')"))
        .await;
    browser.tab_to("form[action$='/review'] button").await;
    browser.key(Key::Enter).await;
    browser.until("document.body.innerText.includes('Reviewed by')").await;
    let shown = browser.text("document.querySelector('main').innerText").await;
    assert!(shown.contains("1,851"), "{shown}");
    let (text, digest) =
        s.t.app
            .db
            .read(|tx| {
                let team = catalogue::store::team_by_slug(tx, "payments")?;
                Ok(report::store::frozen_text(tx, team.id, SPRINT)?.expect("a frozen report"))
            })
            .await
            .expect("a read");
    assert!(text.contains("1851"), "{text}");
    assert!(shown.contains(&digest[..12]), "no digest {digest} in\n{shown}");
    // Nothing on the page changes it any more.
    assert_eq!(
        browser.text("document.querySelectorAll(\"main a[href$='/entry'], main form[action$='/review']\").length").await,
        "0"
    );
}

async fn ready_for_reports(engine: Engine) -> (Sample, Served) {
    let s = Sample::empty(engine);
    s.t.clock.set(REPORTED);
    s.agreed().await;
    let served = Served::start(&s.t.app).await;
    (s, served)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_script() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    for engine in TestApp::ENGINES {
        let (s, served) = ready_for_reports(engine).await;
        type_a_value(&browser, &served).await;
        browser.key(Key::Tab).await;
        browser.until("document.querySelector('[data-say]').textContent.startsWith('Saved')").await;
        browser.control(char::from(Key::Enter)).await;
        review(&browser, &s).await;
        drop(served);
        s.t.end().await;
    }
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script() {
    let Some(browser) = Browser::start(Script::Off).await else { return };
    for engine in TestApp::ENGINES {
        let (s, served) = ready_for_reports(engine).await;
        type_a_value(&browser, &served).await;
        browser.tab_to("button[name=act][value=ready]").await;
        browser.key(Key::Enter).await;
        review(&browser, &s).await;
        drop(served);
        s.t.end().await;
    }
    browser.end().await;
}
