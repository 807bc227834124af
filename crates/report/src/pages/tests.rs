//! Each page with documents that the rules make from sample values, and with none.

use std::collections::BTreeMap;

use catalogue::{Group, Team};
use kernel::error::Fault;
use kernel::ids::Id;
use kernel::web::Form;
use metrics::definition::Versioned;
use metrics::value::{Provenance, Value};

use super::overview::section_state;
use super::*;
use crate::document::{ListBlock, Named, Signature};
use crate::lists::{Entry as ListEntry, TemplateList};
use crate::rules::{self, RowInput, Slot, When};
use crate::starter;
use crate::template::VersionedTemplate;

/// A text that would run if it were not escaped.
pub(super) const HOSTILE: &str = "<script>alert(1)</script>";
pub(super) const ESCAPED: &str = "&lt;script&gt;alert(1)&lt;/script&gt;";
pub(super) const NOW: Time = Time(1_794_929_580_000_000);
const DAY: i64 = 86_400_000_000;

fn slots() -> Vec<Slot> {
    (1..=8)
        .map(|n| {
            let starts = Time(NOW.micros() - (9 - n) * 14 * DAY);
            Slot { label: n.to_string(), starts, ends: Time(starts.micros() + 14 * DAY) }
        })
        .collect()
}

fn value(metric: &str, slot: &Slot, number: f64) -> Value {
    Value {
        metric: metric.into(),
        subject: Id::from_u128(2).to_string(),
        starts: slot.starts,
        ends: slot.ends,
        period: slot.label.clone(),
        number: Some(number),
        numerator: None,
        denominator: None,
        version: 1,
        way: Provenance::Typed,
        actor: "person:1".into(),
        source: HOSTILE.into(),
        recorded_at: slot.ends,
        measured_at: slot.ends,
        kept: false,
        note: HOSTILE.into(),
        note_by: "Ada".into(),
        note_at: Some(slot.ends),
    }
}

/// A row of the starter's metric over eight sprints; the last number is given, or there is none.
pub(super) fn row(key: &str, last: Option<f64>) -> Row {
    let mut numbers: Vec<Option<f64>> = (0..7).map(|i| Some(100.0 + f64::from(i % 3))).collect();
    numbers.push(last);
    row_of(key, &numbers)
}

/// The same with a number or none for each of the eight sprints.
fn row_of(key: &str, numbers: &[Option<f64>]) -> Row {
    let definition = starter::definitions().into_iter().find(|d| d.key == key).unwrap();
    let slots = slots();
    let values: Vec<Value> = slots.iter().zip(numbers).filter_map(|(s, n)| n.map(|n| value(key, s, n))).collect();
    let input = RowInput {
        definition: &definition,
        version: 1,
        subject: None,
        values: values.iter().collect(),
        frozen: None,
        from_sprint: None,
        marks: &[],
        exempt: None,
        asked: None,
    };
    rules::row(&input, &When { sprint: 8, sprints: &slots, now: NOW, year: 2026 })
}

pub(super) fn document(rows: Vec<Row>, stage: Stage) -> Document {
    let sections = vec![Section { pillar: "operations".into(), title: "Operational excellence".into(), rows, lists: Vec::new() }];
    let by = |at: i64| Signature { name: "Ada".into(), at: Time(at) };
    Document {
        organisation: "Example".into(),
        group: Named { slug: "claims".into(), name: "Claims".into() },
        team: Named { slug: "intake".into(), name: HOSTILE.into() },
        sprint: 8,
        dates: "4 to 17 November 2026".into(),
        starts: slots()[7].starts,
        ends: slots()[7].ends,
        zone: "UTC".into(),
        template: 2,
        lead: rules::lead(&sections),
        automated: rules::automated(&sections),
        automation: Vec::new(),
        filled: rules::filled(&sections),
        expected_false_alarms: sections.iter().flat_map(|s| &s.rows).map(|r| r.change.false_alarm).sum(),
        win: Some(Words { text: HOSTILE.into(), by: "Ada".into(), at: Some(NOW) }),
        ask: None,
        learnings: None,
        ready: (stage != Stage::Draft).then(|| by(NOW.micros() - DAY)),
        reviewed: (stage == Stage::Reviewed).then(|| by(NOW.micros())),
        matrix: None,
        standards: Vec::new(),
        happened: Vec::new(),
        work: None,
        as_of: NOW,
        stage,
        sections,
    }
}

pub(super) fn around(may: bool) -> Around<'static> {
    Around {
        may_fill: may,
        may_exempt: may,
        may_raise: may,
        may_review: may,
        may_reopen: may,
        today: None,
        earlier: Some(7),
        later: None,
        questions: &[],
        asked: &[],
        digest: None,
        proof: "team/8",
        csrf: "token",
        now: NOW,
    }
}

#[track_caller]
pub(super) fn shows(page: &Markup, texts: &[&str]) {
    for text in texts {
        assert!(page.0.contains(text), "“{text}” is not on the page:\n{}", page.0);
    }
    assert!(!page.0.contains("<script>"), "a text was not escaped:\n{}", page.0);
}

#[track_caller]
pub(super) fn hides(page: &Markup, text: &str) {
    assert!(!page.0.contains(text), "“{text}” is on the page:\n{}", page.0);
}

#[test]
fn a_report_says_what_got_worse_and_who_typed_it() {
    let d = document(vec![row("latency-p95", Some(300.0)), row("deployments", Some(101.0))], Stage::Draft);
    let page = report(&d, &around(true));
    shows(&page, &["One measure got worse", "worse", "<svg", ESCAPED, "href=\"/reports/intake/7\"", "/reports/intake/8/entry"]);
    hides(&page, "Mark the report reviewed");
    // What asks for attention leads to the council, for whoever may raise a concern there.
    let lists = |may| report(&d, &around(may)).0.matches("/council/concerns/new?from=metric:").count();
    assert_eq!((lists(true), lists(false)), (1, 0));
    hides(&report(&d, &around(false)), "/entry\"");
    shows(&super::source(&d.sections[0].rows[0], "UTC", NOW), &["by hand", ESCAPED]);
}

#[test]
fn a_report_without_values_says_so_and_shows_no_zero() {
    let d = document(vec![row("latency-p95", None)], Stage::Draft);
    let page = report(&d, &around(false));
    shows(&page, &["No value has come in yet for this sprint."]);
    hides(&page, ">0 ms<");
    shows(&report(&document(Vec::new(), Stage::Draft), &around(false)), &["has not agreed a template yet"]);
}

#[test]
fn a_ready_report_can_be_reviewed_and_a_frozen_one_shows_what_changed_since() {
    let ready = document(vec![row("deployments", Some(101.0))], Stage::Ready);
    shows(&report(&ready, &around(true)), &["Mark the report reviewed", "/reports/intake/8/reopening", "value=\"token\""]);
    hides(&report(&ready, &around(false)), "<form");
    let frozen = document(vec![row("deployments", Some(101.0))], Stage::Reviewed);
    let today = document(vec![row("deployments", Some(102.0))], Stage::Draft);
    let page = report(&frozen, &Around { today: Some(&today), digest: Some("abc123"), ..around(true) });
    shows(&page, &["One value changed since the review", "abc123"]);
    hides(&page, "Mark the report reviewed");
}

#[test]
fn the_entry_form_keeps_what_was_typed() {
    let document = document(vec![row("deployments", Some(101.0)), row("latency-p95", None)], Stage::Draft);
    let definitions = starter::definitions().into_iter().map(|d| (d.key.clone(), d)).collect();
    let entry = crate::entry::Entry {
        document,
        words: Vec::new(),
        definitions,
        typed: std::collections::HashMap::new(),
        may_define: false,
    };
    shows(&entry::page(&entry, &entry::Sent::default(), "token", NOW), &["value=\"101\"", ESCAPED, "value=\"token\""]);
    let form = Form(vec![("v.deployments.intake".into(), HOSTILE.into())]);
    let faults = [Fault::new("v.deployments.intake", "That is no number.")];
    let sent = entry::Sent { form: Some(&form), faults: &faults };
    shows(&entry::page(&entry, &sent, "token", NOW), &["That is no number.", ESCAPED]);
}

pub(super) fn a_group() -> Group {
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

pub(super) fn a_sprint() -> catalogue::Sprint {
    catalogue::calendar::Calendar::new(&a_group(), Vec::new()).unwrap().sprint(8).unwrap()
}

pub(super) fn an_overview(reports: &[Document]) -> crate::overview::Overview {
    crate::overview::Overview {
        organisation: "Example".into(),
        group: a_group(),
        sprint: a_sprint(),
        dates: "4 to 17 November 2026".into(),
        facilitators: vec!["Ingrid".into()],
        reports: reports.iter().map(|d| std::sync::Arc::new(crate::overview::Digest::of(d))).collect(),
        shared: None,
        ahead: None,
        work: Vec::new(),
    }
}

#[test]
fn the_overview_puts_the_worse_first_and_counts_no_team() {
    let worse = document(vec![row("latency-p95", Some(300.0))], Stage::Ready);
    let better = document(vec![row("latency-p95", Some(10.0))], Stage::Draft);
    let o = an_overview(&[better, worse]);
    let page = overview::page(&o, NOW);
    shows(&page, &["One measure got worse and one got better", "1 of 2 ready", "Ingrid", ESCAPED]);
    assert!(page.0.find("worse").unwrap() < page.0.find("better").unwrap());
    let none = crate::overview::Overview { reports: Vec::new(), ..o };
    shows(&overview::page(&none, NOW), &["No team yet"]);
}

#[test]
fn all_reports_are_listed_under_their_group() {
    let team = Team {
        id: Id::from_u128(2),
        slug: "intake".into(),
        name: HOSTILE.into(),
        group: Id::from_u128(1),
        since: Time(0),
        archived_at: None,
        version: 1,
    };
    let list = crate::overview::GroupList { group: a_group(), sprint: Some(a_sprint()), teams: vec![(team, Stage::Ready)] };
    shows(&overview::list_page(&[list], NOW), &[ESCAPED, "href=\"/reports/intake/8\"", "Ready"]);
    shows(&overview::list_page(&[], NOW), &["Make the first group"]);
}

#[test]
fn a_section_shows_its_gravest_state() {
    let of = |rows| {
        let section = Section { pillar: "cost".into(), title: "Cost".into(), rows, lists: Vec::new() };
        crate::overview::Pillar::of(&section)
    };
    assert_eq!(section_state(None).state, State::NotApplicable);
    assert_eq!(section_state(Some(&of(vec![row("deployments", Some(101.0))]))).state, State::Pass);
    let missing = Row { state: RowState::Unknown, ..row("deployments", Some(101.0)) };
    assert_eq!(section_state(Some(&of(vec![row("deployments", Some(101.0)), missing]))).state, State::Unknown);
    assert_eq!(overview::title(&[]), "Everything moved within its usual range");
}

#[test]
fn the_template_ticks_what_is_agreed() {
    let definitions: Vec<Versioned> = starter::definitions()
        .into_iter()
        .map(|definition| Versioned { version: 1, definition, made_at: NOW, made_by: "Ada".into() })
        .collect();
    let agreed = VersionedTemplate {
        version: 2,
        template: starter::template(false),
        made_by: HOSTILE.into(),
        made_at: NOW,
        reason: String::new(),
    };
    let pillars = [("operations".to_owned(), "Operational excellence".to_owned())];
    let group = a_group();
    let mut p = template::TemplatePage {
        group: &group,
        agreed: &agreed,
        pillars: &pillars,
        definitions: &definitions,
        may_agree: true,
        sent: None,
        csrf: "token",
    };
    shows(&template::page(&p), &["checked", "Agree version 3", ESCAPED]);
    p.may_agree = false;
    hides(&template::page(&p), "<form");
    p.definitions = &[];
    shows(&template::page(&p), &["No metric yet"]);
}

#[test]
fn a_list_shows_its_entries_or_that_there_is_none() {
    let template = starter::template(false);
    let list: TemplateList = template.lists().next().unwrap().clone();
    let cells: BTreeMap<String, String> = list.columns.iter().map(|c| (c.key.clone(), HOSTILE.to_owned())).collect();
    let entries =
        [ListEntry { id: Id::from_u128(9), day: Some("2026-11-10".into()), cells, by: HOSTILE.into(), at: NOW, version: 1 }];
    let mut p = lists::ListPage {
        team: ("intake", HOSTILE),
        list: &list,
        entries: &entries,
        editing: None,
        sent: None,
        may_write: true,
        csrf: "token",
        now: NOW,
        zone: "UTC",
        today: "2026-11-17",
    };
    shows(&lists::list_page(&p), &[&list.title, ESCAPED, "value=\"token\""]);
    (p.entries, p.may_write) = (&[], false);
    let page = lists::list_page(&p);
    shows(&page, &[&list.title]);
    hides(&page, "<form");
    let block = ListBlock {
        key: list.key.clone(),
        title: list.title.clone(),
        kind: list.kind,
        columns: list.all_columns(),
        entries: entries.to_vec(),
        state: RowState::Pass,
        reason: String::new(),
    };
    let d = document(Vec::new(), Stage::Draft);
    shows(&lists::block(&d, &block, true, NOW), &[&list.title, ESCAPED, "/reports/intake/lists/"]);
    shows(&lists::block(&d, &ListBlock { entries: Vec::new(), ..block }, false, NOW), &[&list.title]);
}

#[test]
fn a_question_stands_under_its_value_until_it_is_answered() {
    use crate::questions::{Answer, Question};
    let d = document(vec![row("latency-p95", Some(300.0))], Stage::Draft);
    let metric = d.sections[0].rows[0].metric.clone();
    let asked = Question {
        id: kernel::ids::Id::from_u128(7),
        sprint: 8,
        metric,
        subject: String::new(),
        text: HOSTILE.into(),
        by: "Ada".into(),
        at: NOW,
        answer: None,
    };
    let answered = Question { answer: Some(Answer { text: "A slow query.".into(), by: "Maya".into(), at: NOW }), ..asked.clone() };
    let draw = |q: &Question| report(&d, &Around { questions: std::slice::from_ref(q), ..around(true) });
    shows(&draw(&asked), &["Not answered yet", ESCAPED, "1 open of 1"]);
    shows(&draw(&answered), &["A slow query.", "0 open of 1"]);
    hides(&draw(&answered), "Not answered yet");
    let page = |q: &Question, may_answer| {
        let questions = std::slice::from_ref(q);
        let view =
            questions::QuestionsPage { document: &d, questions, may_answer, sent: None, csrf: "token", now: NOW, zone: "UTC" };
        questions::questions_page(&view)
    };
    shows(&page(&asked, true), &["Ask the team", ">Answer", ESCAPED]);
    hides(&page(&asked, false), "/answer\"");
}

#[test]
fn a_row_without_a_value_turns_stale_when_its_last_one_is_older_than_agreed() {
    let fresh = starter::definitions().into_iter().find(|d| d.key == "open-findings").unwrap().fresh_days;
    assert_eq!(fresh, Some(45));
    let without = |last: usize| {
        let numbers: Vec<Option<f64>> = (1..=8).map(|n| (n <= last).then_some(0.0)).collect();
        let row = row_of("open-findings", &numbers);
        (row.state, row.reason, row.now.is_none())
    };
    assert_eq!(without(7), (RowState::Unknown, "no value for this sprint".to_owned(), true));
    assert_eq!(without(5).0, RowState::Unknown);
    assert_eq!(without(4), (RowState::Stale, "no value since sprint 4: 56 days old; the agreed limit is 45".to_owned(), true));
    assert_eq!(without(0).0, RowState::Unknown);
}

#[test]
fn first_values_are_not_said_to_be_usual() {
    let first = |n: usize| {
        let numbers: Vec<Option<f64>> = (1..=8).map(|i| (i > 8 - n).then_some(f64::from(i as u8 % 3))).collect();
        document(vec![row_of("requests-served", &numbers)], Stage::Draft).lead
    };
    assert_eq!(first(1), "These are first values; what is usual shows from the fifth on.");
    assert_eq!(first(8), "Everything moved within its usual range.");
}
