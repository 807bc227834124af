//! The entry form: still the last value, faults beside what was typed, and the same without the page's script.

use fantoccini::key::Key;
use kernel::db::Engine;
use kernel::time::Time;

use crate::driver::{Browser, Script};
use crate::sample::{SPRINT, Sample};
use crate::serving::Served;

const LATENCY: &str = "v.latency-p95.payments";
const FINDINGS: &str = "v.open-findings.payments";

fn field(id: &str) -> String {
    format!("document.getElementById('{id}')")
}

/// Number, whether it was kept, and when it was measured.
async fn stored(s: &Sample, metric: &'static str) -> Option<(f64, bool, Time)> {
    let found = s.t.app.db.read(move |tx| {
        let team = catalogue::store::team_by_slug(tx, "payments")?;
        let series = metrics::store::series(tx, metric, team.id, Time(i64::MAX), 52)?;
        Ok(series.into_iter().find(|v| v.period == SPRINT.to_string()).and_then(|v| Some((v.number?, v.kept, v.measured_at))))
    });
    found.await.expect("a read")
}

async fn entry(script: Script) -> Option<(Browser, Sample, Served)> {
    let browser = Browser::start(script).await?;
    let (s, _) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    browser.open(&served.url(&format!("/reports/payments/{SPRINT}/entry"))).await;
    Some((browser, s, served))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_value_is_confirmed_on_purpose() {
    let Some((browser, s, _served)) = entry(Script::On).await else { return };
    assert_eq!(stored(&s, "open-findings").await, None);
    assert_eq!(browser.text(&format!("{}.value", field(FINDINGS))).await, "", "it is offered, not filled in");
    let button = format!("button[data-keep][value='{FINDINGS}']");
    browser.tab_to(&button).await;
    let offered = browser.text("document.activeElement.querySelector('[data-word]').textContent").await;
    assert_eq!(offered, "Still 2");
    browser.key(Key::Space).await;
    browser.until("document.querySelector('[data-say]').textContent.startsWith('Saved')").await;
    assert_eq!(browser.text("document.activeElement.getAttribute('aria-pressed')").await, "true");
    assert_eq!(browser.text("document.activeElement.querySelector('[data-word]').textContent").await, "Kept 2");
    let (number, kept, measured) = stored(&s, "open-findings").await.expect("a value");
    assert!(number == 2.0 && kept && measured < s.t.app.now(), "kept with the day of the last one");

    // Another number takes it back.
    browser.tab_to(&format!("input[id='{FINDINGS}']")).await;
    browser.script("document.activeElement.select()").await;
    browser.keys("4").await;
    assert_eq!(browser.text(&format!("document.querySelector(\"{button}\").getAttribute('aria-pressed')")).await, "false");
    browser.key(Key::Enter).await;
    assert_ne!(browser.text("document.activeElement.id").await, FINDINGS, "Enter goes to the next field");
    browser.until(&format!("{}.defaultValue === '4'", field(FINDINGS))).await;
    assert_eq!(stored(&s, "open-findings").await.map(|v| (v.0, v.1)), Some((4.0, false)));
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_value_stays_where_it_was_typed() {
    let Some((browser, s, _served)) = entry(Script::On).await else { return };
    let id = "v.change-fail-rate.payments";
    browser.tab_to(&format!("input[id='{id}']")).await;
    browser.script("document.activeElement.select()").await;
    browser.keys("740").await;
    browser.key(Key::Tab).await;
    browser.until("document.querySelector('[data-say]').textContent === 'One value needs another look'").await;
    assert_eq!(browser.text(&format!("{}.value", field(id))).await, "740");
    let fault = format!("document.getElementById('{id}-e')?.innerText");
    browser.until(&format!("{fault}?.includes('100')")).await;
    assert_eq!(stored(&s, "change-fail-rate").await.map(|v| v.0), Some(8.0), "nothing was stored");
    browser.tab_to(&format!("input[id='{id}']")).await;
    browser.script("document.activeElement.select()").await;
    browser.keys("7,5").await;
    browser.key(Key::Tab).await;
    browser.until("document.querySelector('[data-say]').textContent.startsWith('Saved')").await;
    browser.until(&format!("!document.getElementById('{id}-e')")).await;
    assert_eq!(stored(&s, "change-fail-rate").await.map(|v| v.0), Some(7.5));

    // A value is corrected, not emptied.
    browser.tab_to(&format!("input[id='{LATENCY}']")).await;
    browser.script("document.activeElement.select()").await;
    browser.key(Key::Backspace).await;
    browser.key(Key::Tab).await;
    assert_eq!(browser.text(&format!("{}.value", field(LATENCY))).await, "655");
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_same_form_does_the_same() {
    let Some((browser, s, _served)) = entry(Script::Off).await else { return };
    // Enter in a field saves what is typed, and presses no other button.
    browser.tab_to(&format!("input[id='{LATENCY}']")).await;
    browser.script("document.activeElement.select()").await;
    browser.keys("412").await;
    browser.key(Key::Enter).await;
    browser.until(&format!("{}?.defaultValue === '412'", field(LATENCY))).await;
    assert_eq!(stored(&s, "latency-p95").await.map(|v| (v.0, v.1)), Some((412.0, false)));
    assert_eq!(stored(&s, "requests-served").await.map(|v| (v.0, v.1)), Some((1851.0, false)), "the first row was not touched");
    assert_eq!(stored(&s, "open-findings").await, None, "nothing is kept that nobody kept");
    // Still the last one.
    browser.tab_to(&format!("button[data-keep][value='{FINDINGS}']")).await;
    browser.key(Key::Enter).await;
    browser
        .until(&format!("document.querySelector(\"button[value='{FINDINGS}']\")?.getAttribute('aria-pressed') === 'true'"))
        .await;
    assert_eq!(stored(&s, "open-findings").await.map(|v| (v.0, v.1)), Some((2.0, true)));
    // A fault: the summary, the same words at the field, what was typed.
    browser.tab_to(&format!("input[id='{LATENCY}']")).await;
    browser.script("document.activeElement.select()").await;
    browser.keys("fast").await;
    browser.key(Key::Enter).await;
    browser.until("document.querySelector('.alert')").await;
    assert_eq!(browser.text(&format!("{}.value", field(LATENCY))).await, "fast");
    let linked = browser.text("document.querySelector('.alert a').hash").await;
    assert_eq!(linked, format!("#{LATENCY}"));
    assert_eq!(stored(&s, "latency-p95").await.map(|v| v.0), Some(412.0));
    browser.end().await;
}
