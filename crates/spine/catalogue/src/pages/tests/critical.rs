//! Critical transactions: the matrix, and the page on which a team keeps it.

use html::State;
use jiff::civil::Date;

use super::*;
use crate::transactions::{Cover, Covers, Transaction};

fn today() -> Date {
    "2026-11-17".parse().unwrap()
}

fn a_transaction(n: u128, name: &str) -> Transaction {
    let cover = |covered, evidence: &[&str], day: &str| {
        Some(Cover { covered, evidence: evidence.iter().map(|e| (*e).to_owned()).collect(), day: day.into() })
    };
    Transaction {
        id: Id::from_u128(n),
        name: name.into(),
        cover: Covers {
            functional_test: cover(true, &["https://ci.example/1", "https://ci.example/2"], "2026-11-17"),
            dashboard: cover(true, &["https://boards.example/1"], "2026-11-16"),
            alarm: cover(false, &[], "2026-11-01"),
            performance_test: None,
        },
        by: "Maya Okafor".into(),
        at: NOW,
        version: 3,
    }
}

#[test]
fn the_matrix_says_what_covers_a_transaction_and_how_old_the_answer_is() {
    let w = a_workload();
    let all = [a_transaction(31, HOSTILE), a_transaction(32, &long("Pay"))];
    let part = transactions::of_workload(&w, &all, true, today());
    shows(&part, &[ESCAPED, &long("Pay"), "today", "yesterday", "16 days ago", "https://ci.example/2", "https://boards.example/1"]);
    shows(&part, &["Tested", "On a dashboard", "Alarmed", "Load-tested", "Unknown", "/workloads/first-notice/transactions"]);
    hides(&transactions::of_workload(&w, &all, false, today()), "/workloads/first-notice/transactions");
    shows(&transactions::of_workload(&w, &[], false, today()), &["No critical transaction has been written down."]);
}

/// Where a text stands on a page.
#[track_caller]
fn place(page: &Markup, text: &str) -> usize {
    page.0.find(text).unwrap_or_else(|| panic!("“{text}” is not on the page:\n{}", page.0))
}

#[test]
fn a_team_keeps_the_matrix() {
    let (w, t) = (a_workload(), a_team(HOSTILE));
    let all = [a_transaction(31, HOSTILE), a_transaction(32, &long("Pay"))];
    let mut p = transactions::KeepPage {
        workload: &w,
        team: &t,
        transactions: &all,
        editing: None,
        today: today(),
        may_change: true,
        sent: None,
        csrf: "token",
    };
    let page = transactions::keep(&p);
    let id = all[0].id;
    shows(&page, &[ESCAPED, &long("Pay"), &format!("?transaction={id}"), &format!("{id}/removal"), "Add the transaction"]);
    assert!(place(&page, "id=\"matrix\"") < place(&page, "id=\"transaction\""), "what there is comes before what could be added");
    p.editing = Some(&all[0]);
    let page = transactions::keep(&p);
    shows(
        &page,
        &["Save the transaction", "name=\"version\" value=\"3\"", "The oldest answer is of 1 Nov 2026.", "value=\"2026-11-01\""],
    );
    shows(&page, &["value=\"https://ci.example/1 https://ci.example/2\""]);
    assert!(place(&page, "id=\"transaction\"") < place(&page, "id=\"matrix\""), "who edits sees the form first");

    let form =
        Form(vec![("name".into(), long("Typed")), ("alarm".into(), "yes".into()), ("alarm-evidence".into(), HOSTILE.into())]);
    let faults = [Fault::new("alarm-evidence", "That is no address."), Fault::new("name", "It stands in the list already.")];
    p.editing = None;
    p.sent = Some((&form, &faults));
    let page = transactions::keep(&p);
    shows(&page, &[&long("Typed"), "It stands in the list already.", "href=\"#alarm-evidence\""]);
    // Once in the list of faults and once at its field, not also at the column's other fields.
    assert_eq!(page.0.matches("That is no address.").count(), 2, "{}", page.0);
    (p.sent, p.may_change) = (None, false);
    hides(&transactions::keep(&p), "<form");
    p.transactions = &[];
    shows(&transactions::keep(&p), &["No critical transaction has been written down yet."]);
}

#[test]
fn a_cell_that_is_too_old_says_what_it_was() {
    let mut c = transactions::Covered {
        name: HOSTILE,
        kind: crate::transactions::CoverKind::Alarm,
        covered: Some(true),
        evidence: &[],
        age_days: Some(400),
        stale: true,
    };
    let body = |c: &transactions::Covered<'_>| transactions::cell(c).body;
    shows(&body(&c), &["was yes", "400 days ago"]);
    c.covered = None;
    let nobody = body(&transactions::Covered { stale: false, ..c });
    assert_eq!(nobody.0, html::state(State::Unknown, None).0, "nobody has said: no day");
}
