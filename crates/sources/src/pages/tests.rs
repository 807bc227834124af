//! Each page with sample data.

use kernel::error::Fault;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::Form;
use metrics::definition::{Aggregation, Definition, PeriodKind, SubjectKind, Way};
use serde_json::json;

use super::form::{self, Choices, FormPage};
use super::source::{self, SourcePage};
use super::*;
use crate::rules::{Backfill, BackfillOffer, Kind, Last, NewSource, Run, Trial};

const NOW: Time = Time(1_794_929_580_000_000);

const OFFER: BackfillOffer = BackfillOffer { sprints: 26, from: Some(NOW), periods: 52, missing: 50, kept: 2 };

fn definition() -> Definition {
    Definition {
        key: "latency".into(),
        title: "Latency, p95".into(),
        detail: String::new(),
        pillar: "performance".into(),
        unit: "ms".into(),
        decimals: 0,
        direction: Way::Down,
        period: PeriodKind::Week,
        subject: SubjectKind::Team,
        aggregation: Aggregation::None,
        target: None,
        least: None,
        greatest: None,
        fresh_days: None,
        logs: false,
        chart: metrics::definition::ChartKind::Individuals,
        goal: String::new(),
        signal: String::new(),
        decision: String::new(),
        counter_metric: None,
        could_come_from: String::new(),
    }
}

fn git() -> serde_json::Value {
    json!({ "kind": "git", "location": "https://code.example.org/shop/api.git", "what": "p85-lead-days", "secret": "forge" })
}

fn sample(name: &str, pull: serde_json::Value, last: Option<(Outcome, &str)>) -> Source {
    let new: NewSource = serde_json::from_value(json!({
        "name": name, "metric": "latency", "subject": "payments", "every_minutes": 1440, "pull": pull,
    }))
    .unwrap();
    let failed = last.is_some_and(|(o, _)| o == Outcome::Failed);
    Source {
        id: Id::from_u128(1),
        slug: kernel::text::slug(name),
        name: name.into(),
        metric: new.metric,
        subject: new.subject,
        every_minutes: new.every_minutes,
        pull: new.pull,
        version: 3,
        made_at: NOW,
        made_by: "Ann".into(),
        health: Health::New,
        running_since: None,
        failures: if failed { 3 } else { 0 },
        last: last.map(|(outcome, message)| Last { started_at: NOW, ended_at: NOW, outcome, message: message.into() }),
        good_at: None,
        next_run_at: None,
        backfill: Backfill::default(),
        archived_at: None,
        anchored_at: NOW,
        claimed_until: None,
        runs: 0,
    }
    .derived()
}

fn range() -> serde_json::Value {
    json!({ "kind": "prometheus", "url": "https://mon.example.org", "query": "x{a=\"<b>\"}", "mode": "range", "reduce": "p95" })
}

fn named(source: Source) -> Named {
    Named { source, metric: "Latency, p95".into(), subject: "Payments".into() }
}

fn holds(page: &Markup, words: &[&str]) {
    for w in words {
        assert!(page.0.contains(w), "{w}\n{}", page.0);
    }
}

#[test]
fn the_list_says_what_fails_and_why() {
    let all = [
        named(sample("A", range(), None)),
        named(sample("B", range(), Some((Outcome::Failed, "mon.example.org cannot be reached.")))),
        named(sample("C <i>", git(), Some((Outcome::Stored, "Week 46 has 412 ms.")))),
        named(sample("D", git(), Some((Outcome::Nothing, "No tag.")))),
    ];
    let page = super::list(&all, true, NOW, "UTC");
    let lead = "Four sources pull values by themselves. One fails: the last values stay, and go stale.";
    holds(
        &page,
        &[
            lead,
            "Not run yet",
            "3 times in a row",
            "cannot be reached",
            "C &lt;i&gt;",
            "Nothing to pull",
            "git history of shop/api",
        ],
    );
    assert_eq!(page.0.matches("st attention").count(), 1, "one accent for the one that fails");
    let none = super::list(&[], false, NOW, "UTC");
    holds(&none, &["will stand here"]);
    assert!(!none.0.contains("Make the first"), "{}", none.0);
}

fn run(number: i64, outcome: Outcome, values: Vec<Pulled>) -> Run {
    Run {
        number,
        started_at: NOW,
        ended_at: NOW,
        asked_by: (number == 2).then(|| "Bob".into()),
        outcome,
        stored: 2,
        message: "It was so.".into(),
        values,
        backfill_from: None,
    }
}

fn pulled(n: usize) -> Vec<Pulled> {
    let fates = [PeriodFate::Stored, PeriodFate::Unchanged, PeriodFate::Kept, PeriodFate::None];
    (0..n)
        .map(|i| Pulled {
            period: format!("2026-W{}", 46 - i),
            fate: fates[i % 4],
            number: (i % 4 != 3).then_some(412.0),
            detail: "from 7 points".into(),
        })
        .collect()
}

#[test]
fn a_source_shows_what_it_asks_its_runs_and_a_dry_run() {
    let s = sample("Latency", range(), Some((Outcome::Failed, "mon.example.org cannot be reached.")));
    let d = definition();
    let runs = [run(2, Outcome::Failed, vec![]), run(1, Outcome::Stored, pulled(3))];
    let trial = Trial { outcome: Outcome::Stored, message: "Week 46 would have 412 ms.".into(), values: pulled(9) };
    let mut p = SourcePage {
        source: &s,
        definition: &d,
        subject: "Payments",
        runs: &runs,
        newest: true,
        older: Some("1".into()),
        offer: &OFFER,
        trial: Some(&trial),
        may_change: true,
        csrf: "token",
        now: NOW,
        zone: "UTC",
    };
    let page = source::source(&p);
    let words = ["the 95th percentile of its points", "x{a=&quot;&lt;b&gt;&quot;}", "every day", "asked for by", "Older runs"];
    holds(&page, &words);
    holds(&page, &["Would be stored", "Stays as it is", "No value", "Three earlier weeks", "It has not had a good run yet."]);
    assert_eq!(page.0.matches("st attention").count(), 1, "a past failure does not take the accent");
    holds(&source::tried(&trial, &d, 2026), &["id=\"tried\"", "Nothing was stored."]);
    holds(&periods("P", &d, &pulled(2), false, 2026), &["Stored", "Has it already"]);

    let s = sample("Lead", git(), None);
    p = SourcePage { source: &s, runs: &[], older: None, trial: None, may_change: false, ..p };
    let page = source::source(&p);
    holds(&page, &["days from commit to first tag, 85th percentile", "the default branch", "“forge”", "Each run will stand here"]);
    assert!(!page.0.contains("Run it now") && !page.0.contains("/change"), "{}", page.0);
    let running = Source { running_since: Some(NOW), ..s.clone() }.derived();
    holds(&source::source(&SourcePage { source: &running, may_change: true, ..p.clone() }), &["It runs since", "disabled"]);
    let away = Source { archived_at: Some(NOW), ..s.clone() }.derived();
    assert!(!source::source(&SourcePage { source: &away, may_change: true, ..p.clone() }).0.contains("Try it"));
}

#[test]
fn the_past_is_offered_followed_and_told() {
    let s = sample("Latency", range(), Some((Outcome::Stored, "Week 46 has 412 ms.")));
    let d = definition();
    let p = SourcePage {
        source: &s,
        definition: &d,
        subject: "Payments",
        runs: &[],
        newest: true,
        older: None,
        offer: &OFFER,
        trial: None,
        may_change: true,
        csrf: "token",
        now: NOW,
        zone: "UTC",
    };
    holds(
        &source::source(&p),
        &["52 weeks of the last 26 sprints have closed", "50 of them have no value; with them", "/backfill"],
    );
    let one = BackfillOffer { missing: 1, ..OFFER.clone() };
    holds(&source::source(&SourcePage { offer: &one, ..p.clone() }), &["One of them has no value"]);
    let full = BackfillOffer { missing: 0, ..OFFER.clone() };
    for away in [
        SourcePage { offer: &full, ..p.clone() },
        SourcePage { may_change: false, ..p.clone() },
        SourcePage { newest: false, ..p.clone() },
    ] {
        let page = source::source(&away);
        assert!(!page.0.contains("/backfill") && !page.0.contains("The past"), "{}", page.0);
    }
    let asked = Backfill { asked_at: Some(NOW), asked_by: Some("Eve <b>".into()), ..Backfill::default() };
    let asked = Source { backfill: asked, ..s.clone() };
    let page = source::source(&SourcePage { source: &asked, ..p.clone() });
    holds(&page, &["Being filled in", "Eve &lt;b&gt;"]);
    assert!(!page.0.contains("/backfill"), "{}", page.0);
    let ended = Backfill { ended_at: Some(NOW), message: Some("It <i>failed</i>.".into()), ..Backfill::default() };
    let ended = Source { backfill: ended, ..s.clone() };
    let page = source::source(&SourcePage { source: &ended, ..p });
    holds(&page, &["The last try ended", "It &lt;i&gt;failed&lt;/i&gt;.", "Fill in the past again"]);
}

#[test]
fn states_have_a_glyph_and_a_word() {
    for o in [Outcome::Stored, Outcome::Unchanged, Outcome::Nothing, Outcome::Failed] {
        assert!(outcome(o).0.contains("#g-"), "{o:?}");
    }
    assert!(health(&sample("A", git(), None)).0.contains("Not run yet"));
}

#[test]
fn the_form_keeps_what_was_typed_and_names_what_is_wrong() {
    let choices = Choices { metrics: vec![definition()], subjects: vec![("team/payments".into(), "Payments, team".into())] };
    let empty =
        FormPage { kind: Kind::Prometheus, choices: &choices, source: None, sent: None, trial: None, csrf: "token", year: 2026 };
    holds(
        &form::form(&empty),
        &["Latency, p95 in ms, each team, every week", "Payments, team", "name=\"csrf\" value=\"token\"", "Try it first"],
    );
    holds(&form::form(&FormPage { kind: Kind::Git, ..empty }), &["name=\"location\"", "people who wrote commits, counted"]);
    let first = FormPage { choices: &Choices::default(), ..empty };
    holds(&form::form(&first), &["none is defined yet"]);

    let sent = Form(vec![("url".into(), "now\"here".into()), ("every".into(), "0".into())]);
    let faults = [Fault::new("pull.url", "No address."), Fault::new("every_minutes", "Too often."), Fault::new("slug", "Taken.")];
    let page = form::form(&FormPage { sent: Some((&sent, &faults)), ..empty });
    holds(&page, &["Three fields need another look", "id=\"url-e\"", "id=\"every-e\"", "id=\"name-e\"", "value=\"now&quot;here\""]);

    for (pull, words) in [
        (range(), ["value=\"https://mon.example.org\"", "<option value=\"p95\" selected>", "<option value=\"days\" selected>"]),
        (
            git(),
            ["value=\"https://code.example.org/shop/api.git\"", "<option value=\"p85-lead-days\" selected>", "value=\"forge\""],
        ),
    ] {
        let s = sample("Latency", pull, None);
        let kind = s.pull.kind();
        let page = form::form(&FormPage { kind, source: Some(&s), ..empty });
        holds(&page, &words);
        holds(&page, &["name=\"version\" value=\"3\"", "Put the source away", "Metric and subject of a source stay."]);
    }
}
