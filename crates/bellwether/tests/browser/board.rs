//! The council's board by the keyboard alone, and live: somebody else's move arrives by itself. And what is alike, while one types.

use council::moving::ConcernMove;
use fantoccini::key::Key;
use kernel::db::Engine;

use crate::driver::{Browser, Script};
use crate::sample::Sample;
use crate::serving::Served;

const HERE: &str = "document.activeElement.closest('[data-board] li')?.id";

#[tokio::test(flavor = "multi_thread")]
async fn the_board_is_walked_and_moved_by_keys() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, n) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    browser.width(1440).await;
    browser.open(&served.url("/council")).await;

    // From the raised one over the empty columns to what is in sprint, and back.
    browser.script("document.querySelector('[data-entry]').focus()").await;
    let raised = browser.text(HERE).await;
    browser.key(Key::Right).await;
    assert_eq!(browser.text(HERE).await, format!("c-{}", n.concern));
    browser.key(Key::Left).await;
    assert_eq!(browser.text(HERE).await, raised);

    // The menu opens on its first way, and Escape gives the entry back.
    browser.keys("m").await;
    browser.until("document.activeElement.closest('details.mv')?.open && document.activeElement.matches('a, button')").await;
    browser.key(Key::Escape).await;
    browser.until("document.activeElement.matches('[data-entry]') && !document.querySelector('details.mv[open]')").await;

    // Enter on the first way moves it, without a mouse; the page comes back to the entry.
    browser.keys("m").await;
    browser.until("document.activeElement.textContent.startsWith('Presented')").await;
    browser.script("window.left = true").await;
    browser.key(Key::Enter).await;
    browser.arrived(&format!("!window.left && location.pathname === '/council' && location.hash === '#{raised}'")).await;
    browser.until(&format!("document.getElementById('{raised}').textContent.includes('presented')")).await;

    // Somebody else decides; it arrives by itself.
    let number: i64 = raised.trim_start_matches("c-").parse().unwrap();
    s.act(move |cx, tx| {
        let version = council::store::one(tx, number)?.version;
        let to = ConcernMove { version, to: "accepted".into(), why: "Yes".into(), ..ConcernMove::default() };
        council::acts::move_on(cx, tx, number, &to).map(|_| ())
    })
    .await;
    browser.until(&format!("document.querySelector('[aria-label=Accepted] #{raised}') !== null")).await;

    // While a concern is typed, those that share words with it appear.
    browser.open(&served.url("/council/concerns/new")).await;
    browser.script("document.getElementById('title').focus()").await;
    browser.keys("Alarms tell customers before us").await;
    browser.until("document.querySelector('#alike')?.textContent.includes('Customers tell us before our alarms do')").await;
    browser.end().await;
}
