//! Each page with sample data, and with none.

use catalogue::{Group, Subject, SubjectKind as Kind, Team};
use kernel::ids::Id;
use kernel::time::Time;

use super::forms::{Forms, definition, forms};
use super::*;
use crate::definition::sample;
use crate::ledger::{Batch, Offer};
use crate::pasted::{Becomes, NotTaken, Pasted, ValueFate};
use crate::table::{Doubt, Format, Heading, Meaning};
use crate::value::{Provenance, Value};

/// A text that would run if it were not escaped.
const HOSTILE: &str = "<script>alert(1)</script>";
const ESCAPED: &str = "&lt;script&gt;alert(1)&lt;/script&gt;";
const DAY: i64 = 86_400_000_000;
const NOW: Time = Time(1_794_929_580_000_000);

fn a_definition() -> Versioned {
    Versioned { version: 2, definition: sample(), made_at: NOW, made_by: HOSTILE.into() }
}

fn a_value(n: i64, number: f64) -> Value {
    let at = Time(NOW.micros() - (20 - n) * 14 * DAY);
    Value {
        metric: sample().key,
        subject: Id::from_u128(2).to_string(),
        starts: at,
        ends: Time(at.micros() + 14 * DAY),
        period: n.to_string(),
        number: Some(number),
        numerator: None,
        denominator: None,
        version: 2,
        way: Provenance::Typed,
        actor: "person:1".into(),
        source: HOSTILE.into(),
        recorded_at: at,
        measured_at: at,
        kept: false,
        note: String::new(),
        note_by: String::new(),
        note_at: None,
    }
}

fn a_team(name: &str) -> Team {
    Team {
        id: Id::from_u128(2),
        slug: "intake".into(),
        name: name.into(),
        group: Id::from_u128(1),
        since: Time(0),
        archived_at: None,
        version: 1,
    }
}

fn a_group() -> Group {
    Group {
        id: Id::from_u128(1),
        slug: "claims".into(),
        name: HOSTILE.into(),
        zone: "UTC".into(),
        sprint_days: 14,
        first_number: 1,
        first_day: "2026-08-01".into(),
        working_agreement: String::new(),
        version: 1,
    }
}

fn a_page(values: Vec<Value>) -> MetricPage {
    let team = a_team("Intake");
    let subject = Subject { kind: Kind::Team, id: team.id, slug: team.slug.clone(), name: team.name.clone(), team };
    MetricPage {
        definition: a_definition(),
        subject,
        values,
        frozen: None,
        seams: vec![(1, Time(0), None), (2, NOW, None)],
        marks: Vec::new(),
        proposed: None,
        may_raise: true,
    }
}

#[track_caller]
fn shows(page: &Markup, texts: &[&str]) {
    for text in texts {
        assert!(page.0.contains(text), "“{text}” is not on the page:\n{}", page.0);
    }
    assert!(!page.0.contains("<script>"), "a text was not escaped:\n{}", page.0);
}

const READER: Forms<'_> = Forms { may_record: false, may_freeze: false, sent: None, csrf: "" };

#[test]
fn metrics_are_listed_by_pillar_or_the_first_is_offered() {
    let d = sample();
    let pillars = [(d.pillar.clone(), "The pillar".to_owned()), ("other".to_owned(), "Empty pillar".to_owned())];
    let page = list(&pillars, &[a_definition()], true);
    shows(&page, &[&d.title, &d.key, "The pillar", "/metrics-list/new"]);
    assert!(!page.0.contains("Empty pillar"), "a pillar without metrics has no table");
    shows(&list(&pillars, &[], true), &["Define the first metric"]);
    assert!(!list(&pillars, &[], false).0.contains("/metrics-list/new"));
}

#[test]
fn the_form_begins_with_what_is_stored_and_keeps_what_was_refused() {
    let pillars = [(sample().pillar, "The pillar".to_owned())];
    shows(&define(&pillars, None, None, "token"), &["Define a metric", "value=\"token\""]);
    shows(&define(&pillars, Some(&a_definition()), None, "token"), &[&format!("value=\"{}\"", sample().title)]);
    let form = Form(vec![("title".into(), HOSTILE.into()), ("at_least".into(), "many".into())]);
    let faults = [Fault::new("at_least", "“many” is no number.")];
    shows(&define(&pillars, None, Some((&form, &faults)), "token"), &[ESCAPED, "value=\"many\"", "“many” is no number."]);
}

#[test]
fn a_series_is_a_chart_with_its_verdict_and_its_values() {
    let values: Vec<Value> = (1..=8).map(|n| a_value(n, 40.0 + (n % 3) as f64)).collect();
    let page = metric(&a_page(values), &READER, NOW, "UTC");
    shows(&page, &["<svg", "role=\"img\"", "provisional", ESCAPED, "href=\"/teams/intake\"", "Definition version 2 begins anew"]);
    let one = metric(&a_page(vec![a_value(1, 40.0)]), &READER, NOW, "UTC");
    shows(&one, &["as a chart from the second on"]);
    shows(&metric(&a_page(Vec::new()), &READER, NOW, "UTC"), &["No value has been recorded yet."]);
}

#[test]
fn forms_are_offered_to_those_with_the_right() {
    let values: Vec<Value> = (1..=5).map(|n| a_value(n, 40.0)).collect();
    let may = Forms { may_record: true, may_freeze: true, sent: None, csrf: "token" };
    shows(&forms(&a_page(values), &may), &["Record the value", "Freeze the baseline", "value=\"token\""]);
    let few = forms::forms(&a_page(vec![a_value(1, 40.0)]), &may);
    assert!(!few.0.contains("Freeze the baseline"), "four values make no baseline");
    assert!(!forms::forms(&a_page(Vec::new()), &READER).0.contains("<form"));
    let form = Form(vec![("form".into(), "value".into()), ("number".into(), HOSTILE.into())]);
    let faults = [Fault::new("/values/0/number", "That is no number.")];
    shows(&forms(&a_page(Vec::new()), &Forms { sent: Some((&form, &faults)), ..may }), &[ESCAPED, "That is no number."]);
}

#[test]
fn a_definition_shows_its_versions() {
    let seams = [(1, Time(0), None), (2, NOW, Some(HOSTILE.to_owned()))];
    let page = forms::definition(&a_definition(), &seams, true, "UTC", NOW);
    shows(&page, &[&sample().title, "Make a new version", "comparable with the one before", ESCAPED]);
    assert!(!definition(&a_definition(), &seams, false, "UTC", NOW).0.contains("Make a new version"));
}

/// What would be taken of a table with a value of each fate and every kind of doubt.
fn pasted() -> Pasted {
    let heading = |id: &str, meaning| Heading { id: id.into(), text: HOSTILE.into(), meaning };
    let value = |period: &str, fate, stored| Becomes {
        r#where: "row 2, column 2".into(),
        key: format!("latency-p95/intake/{period}"),
        metric: "latency-p95".into(),
        subject: "intake".into(),
        period: period.into(),
        pasted: HOSTILE.into(),
        number: 410.0,
        fate,
        stored,
        stored_from: HOSTILE.into(),
    };
    Pasted {
        dry_run: true,
        formats: vec![Format::Tabs],
        headings: vec![
            heading("c1", Meaning::Period),
            heading("c2", Meaning::Metric { key: "latency-p95".into(), sure: false }),
            heading("c3", Meaning::Unknown),
        ],
        taken: 1,
        recorded_at: None,
        unchanged: 1,
        differing: 2,
        skipped: 1,
        refused_count: 501,
        refused: vec![NotTaken { r#where: "row 3, column 3".into(), why: format!("“{HOSTILE}” is a formula.") }],
        values: vec![
            value("20", ValueFate::Differs, Some(400.0)),
            value("21", ValueFate::Replaced, Some(401.0)),
            value("22", ValueFate::New, None),
            value("23", ValueFate::Same, Some(410.0)),
        ],
        doubts: vec![Doubt { r#where: "row 4, column 1".into(), what: HOSTILE.into() }],
        asks_decimal: true,
        asks_first: false,
    }
}

#[test]
fn a_table_is_shown_as_what_it_would_become_before_it_is_taken() {
    let (team, group) = (a_team(HOSTILE), a_group());
    let definitions = [(sample().key, sample())].into_iter().collect();
    let form = Form(vec![("text".into(), HOSTILE.into()), ("sprint".into(), "22".into())]);
    let found = pasted();
    let entry = Offer { entry: Id::from_u128(9), number: 24.0, at: NOW, period: "22".into(), restores: None, by: String::new() };
    let subject = a_page(Vec::new()).subject;
    let again = Offer { restores: Some(22.0), by: HOSTILE.into(), ..entry.clone() };
    let rows = vec![(subject.clone(), sample().key, entry), (subject, sample().key, again)];
    let last = Batch { at: NOW, count: 3, values: rows };
    let p = values::ValuesPage {
        team: &team,
        group: &group,
        sprint: Some(22),
        definitions: &definitions,
        last: Some(&last),
        may_record: true,
        sent: None,
        found: None,
        faults: &[],
        csrf: "token",
        now: NOW,
        zone: "UTC",
    };
    let before = values::page(&p);
    shows(
        &before,
        &[
            "Values from a table",
            "value=\"22\"",
            "value=\"token\"",
            "Take all 3 back",
            "no value",
            "The first 2 are shown.",
            ESCAPED,
        ],
    );
    let preview = values::ValuesPage { sent: Some(&form), found: Some(&found), ..p };
    let page = values::page(&preview);
    shows(
        &page,
        &["One value would be taken; one stands already, two differ from what is stored, 501 cells are refused and one is"],
    );
    shows(
        &page,
        &["Latency, p95, by similar words", "no metric is called like this", "Before decimals stands", "Read as a table from a"],
    );
    shows(&page, &["value=\"latency-p95/intake/20\"> ", "value=\"latency-p95/intake/21\" checked", "stands already", ESCAPED]);
    shows(&page, &["Take 1 value and what is ticked", "The first 1 of 501 are shown.", "Replace everything that differs"]);
    assert!(!page.0.contains("Recorded by you"), "what was taken before is no part of the preview");
    let faults = [Fault::new("text", "There is nothing to read.")];
    let refused = values::page(&values::ValuesPage { found: None, faults: &faults, ..preview });
    shows(&refused, &["There is nothing to read.", "aria-invalid=\"true\"", ESCAPED]);
    let reader =
        values::page(&values::ValuesPage { may_record: false, sent: None, found: None, last: None, faults: &[], ..preview });
    shows(&reader, &["Members of the team paste tables here"]);
    assert!(!reader.0.contains("<form"), "a reader may not record");
}
