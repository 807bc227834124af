//! Standards: the list, one of them, its form, and how far a workload is.

use super::super::standards::StandardPage;
use super::*;
use crate::standards::{Adopted, AdoptionState, Prevalence, Standard};

fn a_standard(slug: &str, statement: &str) -> Standard {
    Standard {
        id: Id::from_u128(7),
        slug: slug.into(),
        statement: statement.into(),
        why: "Nobody thinks well at night".into(),
        pillar: "operations".into(),
        how: "The alarm links to it".into(),
        archived_at: None,
        version: 5,
    }
}

fn adopted(state: AdoptionState) -> Adopted {
    Adopted {
        standard: "runbooks".into(),
        workload: "first-notice".into(),
        state,
        reason: HOSTILE.into(),
        by: "Ingrid Solberg".into(),
        until: "2027-01-31".into(),
        evidence: "https://wiki.example/runbooks".into(),
        day: "2026-11-10".into(),
        asked_until: String::new(),
        version: 2,
    }
}

/// What nobody has said anything of.
fn unknown() -> Adopted {
    let nothing = String::new;
    Adopted {
        reason: nothing(),
        by: nothing(),
        until: nothing(),
        evidence: nothing(),
        day: nothing(),
        version: 0,
        ..adopted(AdoptionState::Unknown)
    }
}

fn pillars() -> Vec<(String, String)> {
    vec![("security".into(), "Security".into()), ("operations".into(), "Operations & care".into())]
}

#[test]
fn each_state_has_its_word() {
    let words = [
        (AdoptionState::Adopted, "Adopted"),
        (AdoptionState::NotYet, "Not yet"),
        (AdoptionState::Exempt, "Exempt"),
        (AdoptionState::NotApplicable, "Not applicable"),
        (AdoptionState::Unknown, "Unknown"),
    ];
    for (state, word) in words {
        shows(&standards::state_of(state), &[word]);
    }
}

#[test]
fn standards_stand_under_their_pillar_with_how_many_keep_them() {
    let some = Prevalence { adopted: 7, of: 10, exempt: 1, unknown: 2, not_applicable: 1 };
    let all = [(a_standard("runbooks", HOSTILE), some), (a_standard("long", &long("Every")), Prevalence::default())];
    let page = standards::list(&pillars(), &all, true);
    shows(&page, &[ESCAPED, "href=\"/standards/runbooks\"", "Operations &amp; care", "The alarm links to it", "Agree a standard"]);
    shows(&page, &["7 of 10 workloads", "1 exempt, 2 unknown, not applicable to 1", &long("Every"), "no workload yet"]);
    hides(&page, "Security");
    hides(&standards::list(&pillars(), &all, false), "/standards/new");
    shows(&standards::list(&pillars(), &[], true), &["No standard yet", "Agree the first standard"]);
    hides(&standards::list(&pillars(), &[], false), "/standards/new");
}

#[test]
fn a_count_is_said_once_and_never_of_none() {
    let page = |p| standards::list(&pillars(), &[(a_standard("runbooks", "Every alarm has a runbook"), p)], false).0;
    let many = page(Prevalence { adopted: 40, of: 60, ..Prevalence::default() });
    assert_eq!(many.matches("40 of 60 workloads").count(), 1, "{many}");
    let none = page(Prevalence { not_applicable: 3, ..Prevalence::default() });
    assert!(none.contains("applies to none of 3 workloads") && !none.contains("0 of 0"), "{none}");
}

#[test]
fn a_standard_lists_every_workload_with_what_was_said() {
    let states = [AdoptionState::Adopted, AdoptionState::NotYet, AdoptionState::Exempt, AdoptionState::NotApplicable].map(adopted);
    let of = |a: Adopted| (a_workload(), a_team(HOSTILE), a);
    let mut workloads: Vec<(Workload, Team, Adopted)> = states.into_iter().map(of).collect();
    workloads.push((Workload { name: long("Claims"), ..a_workload() }, a_team("Intake"), unknown()));
    let asked = Adopted { asked_until: "2027-02-28".into(), ..adopted(AdoptionState::NotYet) };
    workloads.push((a_workload(), a_team("Intake"), asked));
    let s = a_standard("runbooks", "Every alarm has a runbook");
    let prevalence = Prevalence { adopted: 1, of: 5, exempt: 1, unknown: 1, not_applicable: 1 };
    let mut p = StandardPage { standard: &s, pillar: "Operations", workloads: &workloads, prevalence, may_change: true };
    let page = standards::standard(&p);
    shows(&page, &["Nobody thinks well at night", "The alarm links to it", "1 of 5 workloads", "/standards/runbooks/edit"]);
    shows(&page, &[ESCAPED, "href=\"/workloads/first-notice\"", "href=\"/teams/intake\"", &long("Claims"), "nobody has said"]);
    shows(&page, &["10 Nov 2026", "https://wiki.example/runbooks", "until 31 Jan 2027, approved by", "ruled out by"]);
    shows(&page, &["asked to be exempt until 28 Feb 2027", "waits for an approver"]);
    (p.workloads, p.prevalence, p.may_change) = (&[], Prevalence::default(), false);
    let empty = standards::standard(&p);
    shows(&empty, &["No workload yet."]);
    hides(&empty, "/edit");
    let away = Standard { archived_at: Some(NOW), ..s.clone() };
    p.standard = &away;
    shows(&standards::standard(&p), &["This was put away"]);
}

#[test]
fn the_form_of_a_standard_begins_with_what_is_stored_and_keeps_what_was_refused() {
    let new = standards::form(None, &pillars(), None, "token");
    shows(&new, &["A new standard", "action=\"/standards\"", "Agree the standard", "Operations &amp; care", "value=\"token\""]);
    hides(&new, "Put the standard away");
    let old = a_standard("runbooks", HOSTILE);
    let page = standards::form(Some(&old), &pillars(), None, "token");
    shows(&page, &[ESCAPED, "name=\"version\" value=\"5\"", "/standards/runbooks/edit", "/standards/runbooks/archival"]);
    let away = Standard { archived_at: Some(NOW), ..old.clone() };
    shows(&standards::form(Some(&away), &pillars(), None, "token"), &["/standards/runbooks/restoration", "Bring it back"]);
    let form = Form(vec![("statement".into(), long("Typed")), ("why".into(), HOSTILE.into()), ("how".into(), String::new())]);
    let faults = [Fault::new("how", "Say how it is checked."), Fault::new("pillar", "There is no pillar “luck”.")];
    let page = standards::form(Some(&old), &pillars(), Some((&form, &faults)), "token");
    shows(&page, &[&long("Typed"), ESCAPED, "Say how it is checked.", "There is no pillar", "href=\"#how\"", "Two fields"]);
    // What was emptied on purpose is not filled in again from what is stored.
    hides(&page, "The alarm links to it");
}

#[test]
fn a_workload_shows_how_far_it_is_and_its_team_says_so() {
    let (w, t) = (a_workload(), a_team("Intake"));
    let all = [(a_standard("runbooks", HOSTILE), adopted(AdoptionState::Exempt)), (a_standard("long", &long("Every")), unknown())];
    let part = standards::of_workload(&w, &all, true);
    shows(&part, &[ESCAPED, &long("Every"), "Exempt", "nobody has said", "/workloads/first-notice/standards"]);
    hides(&standards::of_workload(&w, &all, false), "/workloads/first-notice/standards");
    shows(&standards::of_workload(&w, &[], true), &["No standard has been agreed yet."]);

    let mut p = standards::KeepPage {
        workload: &w,
        team: &t,
        standards: &all,
        chosen: None,
        may_change: true,
        may_ask: true,
        sent: None,
        csrf: "token",
    };
    let page = standards::keep(&p);
    shows(&page, &["?standard=runbooks", ESCAPED, "href=\"/teams/intake\""]);
    hides(&page, "<form");
    p.chosen = Some("runbooks");
    let page = standards::keep(&p);
    shows(
        &page,
        &["action=\"/workloads/first-notice/standards/runbooks\"", "/standards/runbooks/exemption", "name=\"version\" value=\"2\""],
    );
    // The reason of an exemption is not the team's note.
    assert!(page.0.contains("name=\"note\"") && !page.0.contains(&format!("value=\"{ESCAPED}\"")), "{}", page.0);

    let form = Form(vec![("adopted".into(), "yes".into()), ("evidence".into(), "ftp://x".into()), ("note".into(), HOSTILE.into())]);
    let faults = [Fault::new("evidence", "“ftp://x” is no address.")];
    p.sent = Some((&form, &faults));
    shows(&standards::keep(&p), &["value=\"ftp://x\"", "is no address", ESCAPED, "href=\"#evidence\""]);
    let form = Form(vec![("kind".into(), "exempt".into()), ("until".into(), "soon".into()), ("reason".into(), long("Because"))]);
    let faults = [Fault::new("until", "“soon” is no day.")];
    p.sent = Some((&form, &faults));
    shows(&standards::keep(&p), &["“soon” is no day.", &long("Because"), "href=\"#until\""]);
    (p.sent, p.may_change, p.may_ask) = (None, false, false);
    let reader = standards::keep(&p);
    hides(&reader, "<form");
    hides(&reader, "?standard=");
    p.standards = &[];
    shows(&standards::keep(&p), &["No standard has been agreed yet."]);
}
