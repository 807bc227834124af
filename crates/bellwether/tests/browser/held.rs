//! A question of a review: answered by keys, stored as it is ticked, held by two people at once.

use fantoccini::key::Key;
use kernel::db::Engine;
use kernel::ids::Id;
use serde_json::{Value, json};

use crate::driver::{Browser, Script};
use crate::sample::{Names, Sample, everything};
use crate::serving::Served;

/// A question that nobody has answered in the sample.
const OPEN: &str = "OPS-02";

async fn stored(s: &Sample, names: &Names, question: &str) -> Value {
    let path = format!("/api/v1/workloads/{}/reviews/core/answers/{question}", names.workload);
    s.t.client().get(&path).await.expect(200).json()["answer"].clone()
}

fn page(served: &Served, names: &Names, question: &str) -> String {
    served.url(&format!("/workloads/{}/reviews/core/questions/{question}", names.workload))
}

/// A browser in which somebody of that name is signed in, on an open question.
async fn person(s: &Sample, served: &Served, names: &Names, number: u128, name: &str) -> Option<Browser> {
    let browser = Browser::start(Script::On).await?;
    let session = format!("p{number}");
    s.gate.also(&session, everything(Id::from_u128(number), name));
    browser.open(&served.url("/assets/none")).await;
    browser.script(&format!("document.cookie = 'session={session}; path=/'")).await;
    browser.open(&page(served, names, OPEN)).await;
    Some(browser)
}

const HINT: &str = "document.querySelector('[data-latest] .hint').innerText";

/// The tick boxes of the question that is open.
const BOXES: &str = "[...document.querySelectorAll('#choices input')]";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_by_keys_and_stored_at_once() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    browser.open(&page(&served, &names, OPEN)).await;
    browser.keys("1").await;
    browser.until(&format!("{HINT}.startsWith('Saved, version 1')")).await;
    browser.keys("2").await;
    browser.until(&format!("{HINT}.startsWith('Saved, version 2')")).await;
    assert_eq!(stored(&s, &names, OPEN).await["said"]["choices"].as_array().map(Vec::len), Some(2));
    // None of these clears the others, and they clear it.
    browser.keys("0").await;
    browser.until(&format!("{HINT}.includes('version 3')")).await;
    assert_eq!(stored(&s, &names, OPEN).await["said"], json!({ "choices": [], "none": true }));
    assert_eq!(browser.text(&format!("{BOXES}.filter((box) => box.checked).length")).await, "1");
    browser.keys("1").await;
    browser.until(&format!("{HINT}.includes('version 4')")).await;
    assert_eq!(stored(&s, &names, OPEN).await["said"]["none"], false);
    // A change is taken back.
    browser.tab_to("button[value=undo]").await;
    browser.key(Key::Space).await;
    browser.until(&format!("{HINT}.includes('version 5')")).await;
    assert_eq!(stored(&s, &names, OPEN).await["said"]["none"], true);
    assert_eq!(browser.text(&format!("{BOXES}.at(-1).checked")).await, "true");
    // A note is stored after a pause; Enter goes on, on a tick box too.
    browser.keys("1").await;
    browser.until(&format!("{HINT}.includes('version 6')")).await;
    browser.tab_to("#note").await;
    browser.keys("Agreed on Monday").await;
    browser.until(&format!("{HINT}.includes('version 7') && {HINT}.includes('wrote a note')")).await;
    assert_eq!(stored(&s, &names, OPEN).await["said"]["note"], "Agreed on Monday");
    browser.script("document.activeElement.blur()").await;
    browser.key(Key::Enter).await;
    browser.until("location.pathname.endsWith('/OPS-03') && document.readyState === 'complete'").await;
    assert_eq!(stored(&s, &names, OPEN).await["version"], 7, "nothing changed, so nothing was stored");
    browser.keys("1").await;
    browser.key(Key::Enter).await;
    browser.until("location.pathname.endsWith('/OPS-04')").await;
    assert_eq!(stored(&s, &names, "OPS-03").await["said"]["choices"].as_array().map(Vec::len), Some(1));
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_answer_one_question_and_neither_loses_a_word() {
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let Some(priya) = person(&s, &served, &names, 71, "Priya Nair").await else { return };
    let Some(samir) = person(&s, &served, &names, 72, "Samir Haddad").await else { return };
    // Each sees the other.
    let people = "document.querySelector('#people').innerText";
    priya.until(&format!("{people}.includes('Samir Haddad')")).await;
    samir.until(&format!("{people}.includes('Priya Nair')")).await;
    // What one ticks stands in the other's page, which says who did it.
    samir.script("window.same = true").await;
    priya.keys("1").await;
    samir.until(&format!("{BOXES}[0].checked && {HINT}.startsWith('Priya Nair ticked')")).await;
    // While one types, the other's tick is taken over around it and the typing stays.
    samir.tab_to("#note").await;
    samir.keys("Half a sen").await;
    priya.keys("2").await;
    samir.until(&format!("{BOXES}[1].checked")).await;
    samir.keys("tence").await;
    assert_eq!(samir.text("document.querySelector('#note').value").await, "Half a sentence");
    samir.until(&format!("{HINT}.includes('you wrote a note')")).await;
    let now = stored(&s, &names, OPEN).await;
    assert_eq!((&now["said"]["note"], now["said"]["choices"].as_array().map(Vec::len)), (&json!("Half a sentence"), Some(2)));
    priya.until("document.querySelector('#note').value === 'Half a sentence'").await;
    // Both change the note: nothing is stored in silence, both stand there, a person decides.
    priya.script("document.querySelector('#note').value = 'Her own words'").await;
    samir.keys(" of mine").await;
    priya.until("document.querySelector('#answer-conflict button') && document.querySelector('#answer-conflict').innerText.includes('changed the note')").await;
    assert_eq!(priya.text("document.querySelector('#note').value").await, "Her own words");
    assert!(stored(&s, &names, OPEN).await["said"]["note"].as_str().unwrap().contains("of mine"), "nothing is stored meanwhile");
    priya.script("[...document.querySelectorAll('#answer-conflict button')][0].click()").await;
    priya.until(&format!("!document.querySelector('#answer-conflict') && {HINT}.includes('changed the note')")).await;
    assert_eq!(stored(&s, &names, OPEN).await["said"]["note"], "Her own words");
    samir.until("document.querySelector('#note').value === 'Her own words'").await;
    assert_eq!(samir.text("window.same").await, "true", "the page was never loaded again");
    // Whoever closes the page is gone from it.
    priya.end().await;
    samir.until(&format!("!{people}.includes('Priya Nair')")).await;
    samir.end().await;
}
