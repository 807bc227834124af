//! Each page with sample data, and with none: the names are there once escaped, what may not be done is not offered.

mod agreed;
mod asked;
mod became;
mod critical;

use std::collections::BTreeMap;

use kernel::error::Fault;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::Form;

use super::edit::{self, Edit};
use super::history::About;
use super::*;
use crate::backstage::Refused;
use crate::calendar::Calendar;
use crate::plan::{Deed, Field as Changed, Plan, Step};
use crate::rules::{
    Entry, Environment, History, Link, MergedInto, Origin, Owner, PutAway, ServiceBody, Show, Standing, WorkloadBody,
};
use crate::wanted::{File, NewImport, ThingKind};

/// A name that would run if it were not escaped.
const HOSTILE: &str = "<script>alert(1)</script> & Sons";
const ESCAPED: &str = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons";

/// A name of 120 characters without a place to break it.
fn long(begins: &str) -> String {
    format!("{begins}{}", "Ü".repeat(120 - begins.chars().count()))
}

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

static EMPTY: History = History { origin: None, put_away: None, merged_into: None, owners: Vec::new() };
static NO_ORPHANS: BTreeMap<Id, Time> = BTreeMap::new();

/// Nothing became of it yet.
fn fresh() -> About<'static> {
    About { history: &EMPTY, orphans: &NO_ORPHANS, zone: "Europe/London", now: NOW }
}

/// 17 Nov 2026.
const NOW: Time = Time(1_794_929_580_000_000);

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
    shows(&teams(&[(a_group(), vec![a_team(HOSTILE)])], &fresh(), true), &["Claims", ESCAPED, "href=\"/reports/intake\""]);
    shows(&teams(&[], &fresh(), false), &["Make a group first", "href=\"/standards\"", "href=\"/exemptions\""]);
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
        about: fresh(),
        may_change: true,
        sent: Some((&form, &faults)),
        csrf: "token",
    });
    shows(&page, &["Grace", "href=\"/workloads/first-notice\"", "href=\"/services/notice-api\"", ESCAPED, "There is a workload"]);
    let bare =
        TeamPage { team: &t, group: &g, members: &[], workloads: &[], about: fresh(), may_change: false, sent: None, csrf: "" };
    let page = team(&bare);
    shows(&page, &["Nobody has a role in this team yet", "No workload yet"]);
    hides(&page, "<form");
}

#[test]
fn a_workload_and_a_service_show_what_people_say_about_them() {
    let (w, t, s) = (a_workload(), a_team("Intake"), a_service());
    let page = workload(&w, &t, std::slice::from_ref(&s), &fresh(), true, None, "token");
    shows(&page, &["Customers are heard", ESCAPED, "https://git.example/notice", "Add the service", "value=\"token\""]);
    hides(&workload(&w, &t, &[], &fresh(), false, None, ""), "<form");
    let away = Workload { archived_at: Some(Time(1)), ..w.clone() };
    shows(&workload(&away, &t, &[], &fresh(), false, None, ""), &["This was put away"]);
    shows(&service(&s, &w, &t, &fresh(), true), &["live", "production", "href=\"/workloads/first-notice\"", ", its own"]);
    hides(&service(&s, &w, &t, &fresh(), false), "Change the service");
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
    shows(&edit::team(&a_team(HOSTILE), &[a_group()], &[], &e), &[ESCAPED, "Claims"]);
    shows(&edit::workload(&a_workload(), &[a_team("Intake")], &[], &e), &["Customers are heard", ESCAPED, "Intake"]);
    shows(
        &edit::service(&a_service(), &[a_workload()], &[a_team("Intake")], &[], &e),
        &["https://git.example/notice", "First notice"],
    );
    let form = Form(vec![("name".into(), "Typed".into())]);
    let faults = [Fault::new("name", "That name is taken.")];
    let e = Edit { sent: Some((&form, &faults)), csrf: "token" };
    let page = edit::team(&a_team("Stored"), &[a_group()], &[], &e);
    shows(&page, &["Typed", "That name is taken."]);
}

#[test]
fn an_orphan_says_since_when_and_what_to_do() {
    let at = Time(NOW.0 - 86_400_000_000 * 3);
    let origin = Origin { source: HOSTILE.into(), file: "catalog-info.yaml".into(), implied: true, orphaned_at: Some(at) };
    let owner = |slug: &str, since, until| Owner {
        team: Id::from_u128(9),
        slug: slug.into(),
        name: HOSTILE.into(),
        by_way_of: None,
        since,
        until,
    };
    let h = History {
        origin: Some(origin),
        owners: vec![owner("old", None, Some(at)), owner("new", Some(at), None)],
        ..History::default()
    };
    let orphans: BTreeMap<Id, Time> = [(a_service().id, at)].into();
    let about = About { history: &h, orphans: &orphans, ..fresh() };
    let (w, t) = (a_workload(), a_team("Intake"));
    let page = workload(&w, &t, &[a_service()], &about, true, None, "token");
    let todo =
        ["Orphaned", "since 14 Nov", "not in its source any more", "/workloads/first-notice/edit#merge", "Put it away and say why"];
    shows(&page, &todo);
    shows(&page, &[ESCAPED, "until 14 Nov", "since 14 Nov", "href=\"/teams/old\"", "orphaned</span></span> since 14 Nov"]);
    hides(&workload(&w, &t, &[], &about, false, None, ""), "#merge");
    let merged = History {
        put_away: Some(PutAway { at, by: "owner".into(), reason: HOSTILE.into() }),
        merged_into: Some(MergedInto { slug: "other".into(), name: HOSTILE.into() }),
        ..h.clone()
    };
    let page = service(&a_service(), &w, &t, &About { history: &merged, ..about }, true);
    shows(&page, &["became part of", "href=\"/services/other\"", ESCAPED, "On 14 Nov."]);
    hides(&page, "not in its source any more");
}

#[test]
fn the_list_of_everything_says_how_each_thing_stands() {
    let entry = |kind, name: &str, standing, since| Entry {
        kind,
        slug: kernel::text::slug(name),
        name: name.into(),
        belongs_to: HOSTILE.into(),
        standing,
        since,
    };
    let entries = [
        entry(SubjectKind::Team, "Intake", Standing::InUse, None),
        entry(SubjectKind::Workload, "Notice", Standing::Merged, Some(NOW)),
        entry(SubjectKind::Service, "Api", Standing::Orphaned, Some(NOW)),
    ];
    let mut p = history::Everything { entries: &entries, show: Show::All, may_import: true, zone: "Europe/London", now: NOW };
    let page = history::everything(&p);
    shows(&page, &[ESCAPED, "In use", "/workloads/notice?itself=yes", "Orphaned</span></span> since 17 Nov", "/catalogue/import"]);
    (p.entries, p.may_import) = (&[], false);
    let empty = history::everything(&p);
    shows(&empty, &["None of them."]);
    hides(&empty, "/catalogue/import");
}

#[test]
fn an_import_is_shown_before_it_is_taken() {
    let form = Form(vec![("text".into(), HOSTILE.into()), ("whole".into(), "yes".into())]);
    let faults = [Fault::new("file", "There is no file.")];
    shows(
        &import::form(&[a_group()], Some((&form, &faults)), "token"),
        &[ESCAPED, "There is no file.", "multipart/form-data", "Claims"],
    );
    let step = |action, name: &str| Step {
        action,
        kind: ThingKind::Workload,
        slug: "notice".into(),
        name: name.into(),
        r#where: "catalog-info.yaml:7".into(),
        fields: vec![Changed { name: "goal".into(), before: "old".into(), after: HOSTILE.into() }],
        kept: vec![Changed { name: "tier".into(), before: "1".into(), after: String::new() }],
        implied: true,
        id: None,
        make: None,
        link: None,
    };
    let mut plan = Plan {
        dry_run: true,
        steps: vec![step(Deed::Create, HOSTILE), step(Deed::Orphan, "Gone"), step(Deed::Keep, "Kept")],
        unchanged: 4,
        refused: vec![Refused { r#where: "a.yaml:3".into(), why: HOSTILE.into() }],
        ..Plan::default()
    };
    let new = NewImport { files: vec![File { name: "a.yaml".into(), text: HOSTILE.into() }], ..NewImport::default() };
    let page = import::plan(&plan, "backstage", &new, "token");
    shows(
        &page,
        &[
            "1 new, 1 orphaned, 1 refused, 4 as they are.",
            "Take it",
            ESCAPED,
            "catalog-info.yaml:7",
            "a.yaml:3",
            "Kept as it stands here",
        ],
    );
    plan.dry_run = false;
    hides(&import::plan(&plan, "backstage", &new, "token"), "Take it");
    shows(&import::plan(&Plan { dry_run: true, ..Plan::default() }, "catalogue", &new, ""), &["Nothing to take", "nothing in it"]);
    let done = import::shown(&Plan { dry_run: false, ..plan });
    shows(&done, &["href=\"/workloads/notice\""]);
}
