//! Five minutes for the report: thirty rows, of which 22 are filled in by sources and 8 are typed, with the keyboard alone. The keys are
//! counted where they are pressed, and the time follows from the keystroke-level model (Card, Moran and Newell, 1980).

use fantoccini::key::Key;
use kernel::db::Engine;
use metrics::definition::{Definition, PeriodKind, SubjectKind, Way};
use metrics::value::{NewValue, Provenance};
use report::template::{NewTemplate, Template, TemplateRow, TemplateSection};

use crate::driver::{Browser, Script};
use crate::sample::{REPORTED, SPRINT, Sample};
use crate::serving::Served;

const PULLED: usize = 22;
const TYPED: usize = 8;
/// Of the typed ones this many are still what they were.
const STILL: usize = 2;

/// Seconds of the model: a key of somebody who types 40 words a minute; a hand that goes to the keyboard; a thought before
/// something is begun.
const KEY: f64 = 0.28;
const HAND: f64 = 0.40;
const THOUGHT: f64 = 1.35;

fn key(n: usize) -> String {
    if n < PULLED { format!("pulled-{n:02}") } else { format!("typed-{n:02}") }
}

fn value(n: usize, sprint: i64) -> NewValue {
    NewValue {
        metric: key(n),
        subject: "payments".into(),
        period: sprint.to_string(),
        number: Some(100.0 + f64::from(u32::try_from(n).unwrap())),
        numerator: None,
        denominator: None,
        unit: None,
        note: None,
        kept: false,
    }
}

async fn thirty_rows() -> Sample {
    let s = Sample::empty(Engine::Sqlite);
    let group = s.agreed().await;
    s.t.clock.set(REPORTED);
    s.act(move |cx, tx| {
        let mut sections: Vec<TemplateSection> = Vec::new();
        for (p, pillar) in ["security", "cost", "operations", "reliability", "performance"].into_iter().enumerate() {
            let mut rows = Vec::new();
            for n in (p..PULLED + TYPED).step_by(5) {
                let definition = Definition {
                    key: key(n),
                    title: format!("Measure {n}"),
                    pillar: pillar.into(),
                    direction: Way::Down,
                    period: PeriodKind::Sprint,
                    subject: SubjectKind::Team,
                    ..report::starter::definitions()[0].clone()
                };
                metrics::acts::define(cx, tx, &definition)?;
                rows.push(TemplateRow { metric: key(n), ..TemplateRow::default() });
            }
            sections.push(TemplateSection { pillar: pillar.into(), rows });
        }
        let template = Template { sections };
        let new = NewTemplate { template, version: 1, reason: "Thirty rows.".into() };
        report::acts::agree(cx, tx, &group, &new).map(|_| ())
    })
    .await;
    let all = |sprint: i64, of: std::ops::Range<usize>| of.map(|n| value(n, sprint)).collect::<Vec<_>>();
    s.record(all(SPRINT - 1, 0..PULLED), Provenance::Pulled, "Prometheus").await;
    s.record(all(SPRINT - 1, PULLED..PULLED + TYPED), Provenance::Typed, "Maya Lindqvist").await;
    s.record(all(SPRINT, 0..PULLED), Provenance::Pulled, "Prometheus").await;
    s
}

/// Counts what it presses.
struct Hands<'a> {
    browser: &'a Browser,
    keys: usize,
}

impl Hands<'_> {
    async fn press(&mut self, keys: &str) {
        self.keys += keys.chars().count();
        self.browser.keys(keys).await;
    }

    async fn control(&mut self, key: Key) {
        self.keys += 2;
        self.browser.control(char::from(key)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_rows_take_under_five_minutes_and_no_pointer() {
    let Some(browser) = Browser::start(Script::On).await else { return };
    let s = thirty_rows().await;
    let served = Served::start(&s.t.app).await;
    browser.open(&served.url(&format!("/reports/payments/{SPRINT}/entry"))).await;
    let fields = browser.text("document.querySelectorAll('input[id^=\"v.\"]').length").await;
    assert_eq!(fields, TYPED.to_string(), "only what nobody else fills in is asked for");
    let focus = "document.activeElement.id.startsWith('v.')";
    let mut hands = Hands { browser: &browser, keys: 0 };
    // To the first field, however the page lets a keyboard get there.
    let mut there = 0;
    while browser.text(focus).await != "true" {
        hands.press(&char::from(Key::Tab).to_string()).await;
        there += 1;
        assert!(there <= 40, "the first field is out of reach");
    }
    let enter = char::from(Key::Enter).to_string();
    let (mut digits, mut beyond) = (0, Vec::new());
    for n in 0..TYPED {
        assert_eq!(browser.text(focus).await, "true", "row {n} has the focus");
        let before = hands.keys;
        let still = n < STILL;
        if still {
            hands.press("u").await;
        } else {
            hands.press("123").await;
            hands.press(&enter).await;
        }
        let typed = if still { 0 } else { 3 };
        digits += typed;
        beyond.push(hands.keys - before - typed);
    }
    assert!(beyond.iter().all(|keys| *keys <= 3), "keys beyond the digits, row by row: {beyond:?}");
    browser.until("document.querySelector('[data-say]').textContent.startsWith('Saved')").await;
    hands.control(Key::Enter).await;
    browser.until("!location.pathname.endsWith('/entry') && document.readyState === 'complete'").await;
    let stage = browser.text("document.querySelector('main').innerText.includes('Ready')").await;
    assert_eq!(stage, "true", "the report is handed in");
    // A glance at each row that came by itself, a thought before each that is typed, one before it is handed in.
    let thoughts = f64::from(u32::try_from(PULLED + TYPED + 1).unwrap());
    let seconds = HAND + thoughts * THOUGHT + f64::from(u32::try_from(hands.keys).unwrap()) * KEY;
    println!("{} keys ({digits} digits, {there} to the first field), {seconds:.0} s by the model", hands.keys);
    assert!(seconds < 300.0, "{seconds:.0} s");
    browser.end().await;
}
