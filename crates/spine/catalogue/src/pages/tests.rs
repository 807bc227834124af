//! Each page with sample data, and with none: the names are there once escaped, what may not be done is not offered.

use kernel::error::Fault;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::Form;

use super::edit::{self, Edit};
use super::*;
use crate::calendar::Calendar;
use crate::rules::{Environment, Link, ServiceBody, WorkloadBody};

/// A name that would run if it were not escaped.
const HOSTILE: &str = "<script>alert(1)</script> & Sons";
const ESCAPED: &str = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons";

fn a_group() -> Group {
    Group {
        id: Id::from_u128(1),
        slug: "claims".into(),
        name: "Claims".into(),
        zone: "Europe/London".into(),
        sprint_days: 14,
        first_number: 20,
        first_day: "2026-11-04".into(),
        working_agreement: String::new(),
        version: 3,
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

fn a_workload() -> Workload {
    let link = Link { kind: "runbook".into(), title: HOSTILE.into(), url: "https://wiki.example/runbook".into() };
    Workload {
        id: Id::from_u128(3),
        slug: "first-notice".into(),
        name: "First notice".into(),
        team: Id::from_u128(2),
        body: WorkloadBody { goal: "Customers are heard within an hour".into(), links: vec![link], ..WorkloadBody::default() },
        archived_at: None,
        version: 1,
    }
}

fn a_service() -> Service {
    Service {
        id: Id::from_u128(4),
        slug: "notice-api".into(),
        name: "notice-api".into(),
        workload: Id::from_u128(3),
        team: Id::from_u128(2),
        own_team: true,
        body: ServiceBody {
            repositories: vec!["https://git.example/notice".into()],
            environments: vec![Environment { name: "live".into(), tier: "production".into() }],
        },
        archived_at: None,
        version: 1,
    }
}

#[track_caller]
fn shows(page: &Markup, texts: &[&str]) {
    for text in texts {
        assert!(page.0.contains(text), "“{text}” is not on the page:\n{}", page.0);
    }
    assert!(!page.0.contains("<script>"), "a name was not escaped:\n{}", page.0);
}

#[track_caller]
fn hides(page: &Markup, text: &str) {
    assert!(!page.0.contains(text), "“{text}” is on the page:\n{}", page.0);
}

#[test]
fn groups_are_listed_or_the_first_is_offered() {
    let page = groups(&[a_group(), Group { name: HOSTILE.into(), slug: "sons".into(), ..a_group() }], true);
    shows(&page, &["href=\"/groups/claims\"", ESCAPED, "sprints of 14 days, Europe/London", "Make a group"]);
    hides(&groups(&[a_group()], false), "Make a group");
    shows(&groups(&[], true), &["Make the first group"]);
    hides(&groups(&[], false), "/groups/new");
}

#[test]
fn a_group_shows_its_sprints_teams_and_facilitators() {
    let g = a_group();
    let calendar = Calendar::new(&g, Vec::new()).unwrap();
    let sprints: Vec<_> = (20..23).filter_map(|n| calendar.sprint(n)).collect();
    let names = [HOSTILE.to_owned(), "Ada".to_owned()];
    let mut p = GroupPage { group: &g, sprints: &sprints, teams: &[a_team("Intake")], facilitators: &names, may_change: true };
    shows(&group(&p), &["Sprint 21", "18 Nov to 1 Dec 2026", "href=\"/teams/intake\"", ESCAPED, "Change the group"]);
    (p.sprints, p.teams, p.facilitators, p.may_change) = (&[], &[], &[], false);
    let empty = group(&p);
    shows(&empty, &["The first sprint has not begun yet", "nobody yet"]);
    hides(&empty, "Change the group");
}

#[test]
fn teams_stand_under_their_group() {
    shows(&teams(&[(a_group(), vec![a_team(HOSTILE)])], true), &["Claims", ESCAPED, "href=\"/reports/intake\""]);
    shows(&teams(&[], false), &["Make a group first"]);
}

#[test]
fn a_team_shows_people_and_workloads_and_keeps_what_was_typed() {
    let (t, g) = (a_team("Intake"), a_group());
    let form = Form(vec![("name".into(), HOSTILE.into())]);
    let faults = [Fault::new("name", "There is a workload of that name.")];
    let page = team(&TeamPage {
        team: &t,
        group: &g,
        members: &[("Engineer".into(), "Grace".into())],
        workloads: &[(a_workload(), vec![a_service()])],
        may_change: true,
        sent: Some((&form, &faults)),
        csrf: "token",
    });
    shows(&page, &["Grace", "href=\"/workloads/first-notice\"", "href=\"/services/notice-api\"", ESCAPED, "There is a workload"]);
    let bare = TeamPage { team: &t, group: &g, members: &[], workloads: &[], may_change: false, sent: None, csrf: "" };
    let page = team(&bare);
    shows(&page, &["Nobody has a role in this team yet", "No workload yet"]);
    hides(&page, "<form");
}

#[test]
fn a_workload_and_a_service_show_what_people_say_about_them() {
    let (w, t, s) = (a_workload(), a_team("Intake"), a_service());
    let page = workload(&w, &t, std::slice::from_ref(&s), true, None, "token");
    shows(&page, &["Customers are heard", ESCAPED, "https://git.example/notice", "Add the service", "value=\"token\""]);
    hides(&workload(&w, &t, &[], false, None, ""), "<form");
    let away = Workload { archived_at: Some(Time(1)), ..w.clone() };
    shows(&workload(&away, &t, &[], false, None, ""), &["This was put away"]);
    shows(&service(&s, &w, &t, true), &["live", "production", "href=\"/workloads/first-notice\"", ", its own"]);
    hides(&service(&s, &w, &t, false), "Change the service");
}

#[test]
fn forms_for_new_things_keep_what_was_refused() {
    let form = Form(vec![("name".into(), HOSTILE.into()), ("zone".into(), "Mars/Base".into()), ("list".into(), "A; B".into())]);
    let faults = [Fault::new("zone", "“Mars/Base” is no time zone.")];
    shows(&new_group(Some((&form, &faults)), "token", "2026-11-04"), &[ESCAPED, "Mars/Base", "is no time zone"]);
    shows(&new_group(None, "token", "2026-11-04"), &["value=\"2026-11-04\"", "value=\"14\""]);
    shows(&new_team(&[a_group()], "claims", Some((&form, &[])), "token"), &["A; B", "Claims"]);
    hides(&new_team(&[], "", None, "token"), "<form");
}

#[test]
fn forms_that_change_begin_with_what_is_stored() {
    let e = Edit { sent: None, csrf: "token" };
    shows(&edit::group(&a_group(), &e), &["value=\"Claims\"", "value=\"14\"", "name=\"version\" value=\"3\""]);
    shows(&edit::team(&a_team(HOSTILE), &[a_group()], &e), &[ESCAPED, "Claims"]);
    shows(&edit::workload(&a_workload(), &[a_team("Intake")], &e), &["Customers are heard", ESCAPED, "Intake"]);
    shows(&edit::service(&a_service(), &[a_workload()], &[a_team("Intake")], &e), &["https://git.example/notice", "First notice"]);
    let form = Form(vec![("name".into(), "Typed".into())]);
    let faults = [Fault::new("name", "That name is taken.")];
    let e = Edit { sent: Some((&form, &faults)), csrf: "token" };
    let page = edit::team(&a_team("Stored"), &[a_group()], &e);
    shows(&page, &["Typed", "That name is taken."]);
}
