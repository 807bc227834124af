//! Pages that follow what happens elsewhere, and what they say when nothing can be heard.

use fantoccini::key::Key;
use kernel::db::Engine;

use crate::driver::{Browser, Script};
use crate::sample::{SPRINT, Sample};
use crate::serving::Served;

/// The figure of one metric on the report that is open.
fn figure(metric: &str) -> String {
    format!("document.querySelector(\"main a[href^='/metrics/{metric}/']\").closest('tr').querySelector('.c-v').innerText")
}

/// Marks the page, so that a reload would show.
async fn mark(browser: &Browser) {
    browser.script("window.same = true").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_typed_in_one_window_stands_in_the_other() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let report = browser.client.window().await.expect("a window");
    let overview = browser.client.new_window(false).await.expect("a window").handle;
    let entry = browser.client.new_window(false).await.expect("a window").handle;
    browser.open(&served.url(&format!("/reports/payments/{SPRINT}"))).await;
    mark(&browser).await;
    let before = browser.text(&figure("run-cost")).await;
    assert!(before.contains("21.9"), "{before}");
    browser.client.switch_to_window(overview.clone()).await.expect("a window");
    browser.open(&served.url(&format!("/overview/{}", names.group))).await;
    mark(&browser).await;

    browser.client.switch_to_window(entry).await.expect("a window");
    browser.open(&served.url(&format!("/reports/payments/{SPRINT}/entry"))).await;
    browser.tab_to("input[id='v.run-cost.payments']").await;
    browser.script("document.activeElement.select()").await;
    browser.keys("77.7").await;
    browser.key(Key::Tab).await;
    browser.until("document.querySelector('[data-say]').textContent.startsWith('Saved')").await;

    browser.client.switch_to_window(report).await.expect("a window");
    browser.until(&format!("{}.includes('77.7')", figure("run-cost"))).await;
    assert_eq!(browser.text("window.same").await, "true", "the report was loaded again");
    browser.client.switch_to_window(overview).await.expect("a window");
    browser.until("document.body.innerText.includes('Run cost: 77.7')").await;
    assert_eq!(browser.text("window.same").await, "true", "the overview was loaded again");
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_types_is_not_replaced_by_what_comes_in() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, _) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let address = served.url(&format!("/reports/payments/{SPRINT}/entry"));
    browser.open(&address).await;
    let mine = browser.client.window().await.expect("a window");
    let theirs = browser.client.new_window(false).await.expect("a window").handle;
    browser.tab_to("#win").await;
    browser.script("document.activeElement.select()").await;
    browser.keys("My words").await;
    mark(&browser).await;

    browser.client.switch_to_window(theirs).await.expect("a window");
    browser.open(&address).await;
    browser.tab_to("#win").await;
    browser.script("document.activeElement.select()").await;
    browser.keys("Their words").await;
    browser.key(Key::Tab).await;
    browser.until("document.querySelector('[data-say]').textContent.startsWith('Saved')").await;

    browser.client.switch_to_window(mine).await.expect("a window");
    browser.until("!document.querySelector('[data-line=newer]').hidden").await;
    assert_eq!(browser.text("document.querySelector('#win').value").await, "My words");
    // Leaving the field sends it: both are shown, nothing is lost, nothing is stored in silence.
    browser.key(Key::Tab).await;
    browser.until("document.querySelector('[data-say]').textContent.includes('needs another look')").await;
    assert_eq!(browser.text("document.querySelector('#win').value").await, "My words");
    browser.until("document.querySelector('#words .err')?.innerText.includes('Their words')").await;
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_said_once_and_what_was_typed_arrives_later() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let mut served = Served::start(&s.t.app).await;
    let line = "document.querySelector('[data-line=connection]')";

    browser.open(&served.url(&format!("/reports/payments/{SPRINT}"))).await;
    mark(&browser).await;
    served.vanish().await;
    browser.until(&format!("!{line}.hidden && {line}.innerText.includes('Not connected since')")).await;
    served.return_again().await;
    browser.until(&format!("{line}.hidden")).await;

    browser.open(&served.url(&format!("/reports/{}/{SPRINT}/entry", names.quiet_team))).await;
    served.vanish().await;
    browser.tab_to("main .ent .val input").await;
    browser.keys("12").await;
    browser.key(Key::Tab).await;
    browser.until(&format!("!{line}.hidden")).await;
    assert_eq!(browser.text("document.querySelector('main .ent .val input').value").await, "12");
    served.return_again().await;
    browser.until("document.querySelector('[data-say]').textContent.startsWith('Saved')").await;
    browser.until(&format!("{line}.hidden")).await;
    browser.open(&served.url(&format!("/reports/{}/{SPRINT}", names.quiet_team))).await;
    assert!(browser.text(&figure("requests-served")).await.contains("12"));
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_form_was_refused_is_not_swept_away_by_what_comes_in() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    browser.open(&served.url(&format!("/workloads/{}/reviews/core/milestones", names.workload))).await;
    browser.tab_to("#name").await;
    browser.keys("First").await;
    browser.key(Key::Enter).await;
    let said = "document.querySelector('main .err')?.innerText.includes('First')";
    browser.until(said).await;
    // Somebody answers a question of the same review.
    let workload = names.workload.clone();
    let asked = names.workload.clone();
    let (question, version) = s
        .act(move |cx, tx| {
            let sheet = wellarch::acts::review::sheet(cx, tx, &asked, "core")?;
            let open =
                sheet.lens.file.lens.questions().find(|(_, q)| !sheet.answers.contains_key(&q.id)).expect("an open question");
            Ok((open.1.id.clone(), 0))
        })
        .await;
    s.act(move |cx, tx| {
        let said = wellarch::review::Said { none: true, ..Default::default() };
        let new = wellarch::review::NewReviewAnswer { based_on: version, said, overrides: None };
        wellarch::acts::review::answer(cx, tx, (&workload, "core"), &question, &new)
    })
    .await;
    // The page has heard of it: what is not refused follows, what is refused stays, and a line says that there is more.
    browser.until("document.querySelector('[data-line=\"newer\"]:not([hidden])')").await;
    assert_eq!(browser.text(said).await, "true", "the reason stays");
    assert_eq!(browser.text("document.querySelector('#name').value").await, "First", "and what was typed");
    browser.end().await;
}
