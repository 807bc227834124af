//! Keys: finding, going, lists, the list of keys itself.

use fantoccini::key::Key;
use kernel::db::Engine;

use crate::driver::{Browser, Script};
use crate::sample::Sample;
use crate::serving::Served;

const FOUND: &str = "[...document.querySelectorAll('#find-hits [role=option]')].filter((option) => !option.hidden)";

/// The address of the hit that is chosen.
async fn chosen(browser: &Browser) -> String {
    browser.text("document.querySelector('#find-hits [aria-selected=true]')?.dataset.href").await
}

/// Types a question into the open palette and opens the team among the hits.
async fn open_team(browser: &Browser) {
    browser.until("document.activeElement.id === 'find-q'").await;
    browser.keys("paym").await;
    browser.until(&format!("{FOUND}.some((option) => option.dataset.href === '/teams/payments')")).await;
    for _ in 0..10 {
        if chosen(browser).await == "/teams/payments" {
            break;
        }
        browser.key(Key::Down).await;
    }
    assert_eq!(chosen(browser).await, "/teams/payments");
    let active = browser
        .text("document.getElementById(document.querySelector('#find-q').getAttribute('aria-activedescendant')).dataset.href");
    assert_eq!(active.await, "/teams/payments", "what is chosen is also said");
    assert_eq!(browser.text("document.querySelector('#find-hits [aria-selected=true] mark').textContent").await, "Paym");
    // The page may be the one that is open already; a new document does not know the mark.
    browser.script("window.left = true").await;
    browser.key(Key::Enter).await;
    browser.arrived("!window.left && location.pathname === '/teams/payments'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_a_few_keys_away() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, _) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;

    // Find, by either key.
    browser.open(&served.url("/reports")).await;
    browser.keys("/").await;
    open_team(&browser).await;
    browser.control('k').await;
    browser.until("document.querySelector('#find').open").await;
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('#find').open").await;
    browser.control('k').await;
    open_team(&browser).await;

    // A key in the moment after it was closed, when its field still has the focus, is the page's.
    browser.control('k').await;
    browser.until("document.querySelector('#find').open").await;
    let soon = "const field = document.querySelector('#find-q'); field.closest('dialog').close(); \
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true })); \
        return field.closest('dialog').open";
    assert_eq!(browser.script(soon).await, serde_json::Value::Bool(true));
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('#find').open").await;

    // Nothing is found, in words.
    browser.keys("/").await;
    browser.keys("zzzz").await;
    browser.until("document.querySelector('[data-count]').textContent === 'No results'").await;
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('#find').open").await;

    // Go.
    browser.keys("go").await;
    browser.arrived("location.pathname.startsWith('/overview/')").await;
    browser.keys("gr").await;
    browser.arrived("location.pathname === '/reports'").await;

    // Rows.
    let row = "document.activeElement.closest('tr')?.rowIndex";
    browser.keys("j").await;
    assert_eq!(browser.text(row).await, "1");
    browser.keys("jj").await;
    assert_eq!(browser.text(row).await, "3");
    browser.keys("k").await;
    assert_eq!(browser.text(row).await, "2");
    let there = browser.text("document.activeElement.pathname").await;
    browser.key(Key::Enter).await;
    browser.arrived(&format!("location.pathname === '{there}'")).await;

    // The keys of the page, by a key; they can be switched off.
    browser.keys("?").await;
    browser.until("document.querySelector('#keys').open").await;
    let listed = browser.text("document.querySelector('#keys').innerText").await;
    assert!(listed.contains("Go to or do") && listed.contains("Team reports"), "{listed}");
    browser.tab_to("[data-single-keys]").await;
    browser.key(Key::Space).await;
    browser.key(Key::Escape).await;
    browser.until("!document.querySelector('#keys').open").await;
    browser.keys("/?gr").await;
    assert_eq!(browser.text("document.querySelectorAll('dialog[open]').length").await, "0");
    assert_eq!(browser.text("location.pathname").await, there);
    browser.control('k').await;
    browser.until("document.querySelector('#find').open").await;
    browser.key(Key::Escape).await;
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_letters_inside_fields() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, _) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    browser.open(&served.url("/find")).await;
    browser.tab_to("main input[type=search]").await;
    browser.keys("/?grjk").await;
    assert_eq!(browser.text("document.activeElement.value").await, "/?grjk");
    assert_eq!(browser.text("document.querySelectorAll('dialog[open]').length").await, "0");
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_find_is_a_page_and_no_key_is_promised() {
    let Some(browser) = Browser::start(Script::Off).await else { return };
    let (s, _) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    browser.open(&served.url("/reports")).await;
    assert_eq!(browser.text("document.querySelector('.who [data-open=keys]').getClientRects().length").await, "0");
    browser.tab_to(".who [data-open=find]").await;
    browser.key(Key::Enter).await;
    browser.arrived("location.pathname === '/find'").await;
    browser.tab_to("main input[type=search]").await;
    browser.keys("paym").await;
    browser.key(Key::Enter).await;
    browser.arrived("location.search === '?q=paym'").await;
    browser.tab_to("main a[href='/teams/payments']").await;
    browser.key(Key::Enter).await;
    browser.until("location.pathname === '/teams/payments'").await;
    browser.end().await;
}
