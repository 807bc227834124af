//! Organisations to look at: one with data, odd names and gaps, and one on its first day.

use std::time::Duration;

use bellwether::{doctor, errors, home, rooms};
use catalogue::rules::{NewGroup, NewService, NewTeam, NewWorkload, ServiceBody, WorkloadBody};
use kernel::db::{Engine, Tx};
use kernel::error::Result;
use kernel::ids::Id;
use kernel::room::Room;
use kernel::testing::TestApp;
use kernel::time::Time;
use kernel::web::{Actor, ActorId, Ctx};
use metrics::definition::{Aggregation, Definition, Goal, PeriodKind, SubjectKind, Way};
use metrics::value::{NewValue, Provenance};
use people::acts::NewOrganisation;
use people::{NewGrant, NewPerson, Role};
use report::acts::NewWords;
use report::template::{NewTemplate, TemplateRow};

use crate::serving::Chosen;
use crate::{agreed, concerned, fed, lists, met, pulled, registered, reviewed};

/// A name of 120 characters without a place to break it.
pub(crate) const LONG: &str =
    "Unterwasserhafenbeckenvermessungsgeraetewartungsgemeinschaftsvorstandssitzungsprotokollfuehrungsbeauftragtenvertretungen";
/// A name of 120 characters in words.
pub(crate) const WORDY: &str =
    "Customers and colleagues who wait for a berth, a pilot or a tug at the outer harbour when the tide is late in the season";
/// A name written from right to left, with a part that is not.
pub(crate) const RIGHT_TO_LEFT: &str = "بوابة الميناء (2)";

/// The sprint that is reported at [`REPORTED`]; the one before is frozen.
pub(crate) const SPRINT: i64 = 22;
const FIRST: i64 = 17;
const DAY: Duration = Duration::from_secs(86_400);

/// Wednesday 18 November 2026, 16:40 in the group's zone: one day after sprint 22.
pub(crate) const REPORTED: Time = Time(1_795_020_000_000_000);

/// An application, and who everybody is.
pub(crate) struct Sample {
    /// The application.
    pub(crate) t: TestApp,
    /// The gate.
    pub(crate) gate: Chosen,
}

/// Slugs and ids for the paths.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) group: String,
    pub(crate) long_group: String,
    pub(crate) bare_group: String,
    pub(crate) team: String,
    pub(crate) long_team: String,
    pub(crate) left_team: String,
    pub(crate) quiet_team: String,
    pub(crate) workload: String,
    pub(crate) long_workload: String,
    pub(crate) service: String,
    pub(crate) long_service: String,
    pub(crate) long_metric: String,
    pub(crate) source: String,
    pub(crate) long_source: String,
    pub(crate) feed: String,
    pub(crate) long_feed: String,
    pub(crate) standard: String,
    pub(crate) long_standard: String,
    pub(crate) action: Id,
    pub(crate) done_action: Id,
    pub(crate) decision: i64,
    pub(crate) meeting: Id,
    pub(crate) long_meeting: Id,
    pub(crate) concern: i64,
    pub(crate) long_concern: i64,
    pub(crate) open_meeting: Id,
    pub(crate) closed_meeting: Id,
    pub(crate) share: Id,
    pub(crate) person: Id,
    pub(crate) long_person: Id,
    pub(crate) invitation: String,
    pub(crate) reset: String,
}

/// A person with every right.
pub(crate) fn everything(id: Id, name: &str) -> Actor {
    let organisation = "Northmoor Ports".to_owned();
    Actor { id: ActorId::Person(id), name: name.to_owned(), zone: "Europe/London".into(), organisation, ..doctor::owner() }
}

impl Sample {
    /// An application without data; everybody may do everything.
    pub(crate) fn empty(engine: Engine) -> Self {
        Self::with(engine, rooms::ALL)
    }

    /// The same with other rooms.
    pub(crate) fn with(engine: Engine, rooms: &'static [&'static Room]) -> Self {
        rooms::connect();
        let gate = Chosen::nobody();
        let t = TestApp::with(engine, rooms, gate.clone()).error_page(errors::page).places(rooms::PLACES).build();
        gate.be(everything(Id::from_u128(7), "Tomasz Zielinski"));
        Self { t, gate }
    }

    /// One act of whoever owns the data folder.
    pub(crate) async fn act<T: Send + 'static>(&self, f: impl Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + 'static) -> T {
        let cx = Ctx::of(doctor::owner(), self.t.app.now(), "sample");
        self.t.app.write(&cx, f).await.expect("an act of the sample")
    }

    /// Stores values as somebody typed them or as a source sent them.
    pub(crate) async fn record(&self, values: Vec<NewValue>, way: Provenance, source: &'static str) {
        let cx = Ctx::of(doctor::owner(), self.t.app.now(), "sample");
        let stored = self.t.app.append(&cx, move |cx, tx| metrics::acts::record(cx, tx, &values, way, source).map(|_| ())).await;
        stored.expect("values of the sample");
    }

    async fn person(&self, name: &'static str, mail: &'static str, roles: Vec<(Role, Option<Id>)>) -> (Id, String) {
        let secret = self.t.app.secret().expect("a secret");
        let link = secret.clone();
        let made = self.act(move |cx, tx| {
            let new = NewPerson { name: name.into(), mail: mail.into(), zone: None };
            let (person, _) = people::acts::invite(cx, tx, &new, &link)?;
            for (role, scope) in &roles {
                people::acts::grant_role(cx, tx, person.id, &NewGrant { role: *role, scope: *scope })?;
            }
            Ok(person.id)
        });
        (made.await, secret)
    }

    async fn group(&self, name: &'static str) -> catalogue::Group {
        let new = NewGroup {
            name: name.into(),
            zone: "Europe/London".into(),
            sprint_days: 14,
            first_number: FIRST,
            first_day: "2026-08-26".into(),
            working_agreement: String::new(),
            calendar: None,
            slug: None,
            version: None,
        };
        self.act(move |cx, tx| catalogue::acts::make_group(cx, tx, &new)).await
    }

    pub(crate) async fn team(&self, group: &str, name: &'static str) -> catalogue::Team {
        let new = NewTeam { name: name.into(), group: group.into(), slug: None, version: None };
        self.act(move |cx, tx| catalogue::acts::make_team(cx, tx, &new)).await
    }

    async fn workload(&self, team: &str, name: &'static str, services: &'static [&'static str]) -> (String, String) {
        let team = team.to_owned();
        self.act(move |cx, tx| {
            let about = WorkloadBody { goal: format!("{WORDY}."), tier: "1".into(), ..WorkloadBody::default() };
            let new = NewWorkload { name: name.into(), team: team.clone(), slug: None, about, version: None };
            let made = catalogue::acts::make_workload(cx, tx, &new)?;
            let mut last = String::new();
            for service in services {
                let about = ServiceBody {
                    repositories: vec![format!("https://git.example/{}", "harbour".repeat(18))],
                    ..ServiceBody::default()
                };
                let new = NewService {
                    name: (*service).into(),
                    workload: made.slug.clone(),
                    team: None,
                    slug: None,
                    about,
                    version: None,
                };
                last = catalogue::acts::make_service(cx, tx, &new)?.slug;
            }
            Ok((made.slug, last))
        })
        .await
    }

    /// The first group with the teams and its template, and nothing reported yet.
    pub(crate) async fn agreed(&self) -> catalogue::Group {
        let new = NewOrganisation { name: "Northmoor Ports".into(), zone: "Europe/London".into(), version: 0 };
        self.act(move |cx, tx| people::acts::set_organisation(cx, tx, &new)).await;
        let group = self.group("Port Systems").await;
        let agreed = group.clone();
        self.act(move |cx, tx| home::begin_template(cx, tx, &agreed, false)).await;
        self.team(&group.slug, "Payments").await;
        group
    }

    /// Six sprints of one team by the template that every group begins with, in names as people have them.
    pub(crate) async fn plain(engine: Engine) -> Self {
        let s = Self::empty(engine);
        s.agreed().await;
        s.t.clock.set(REPORTED);
        for sprint in FIRST..=SPRINT {
            s.record(values("payments", sprint), Provenance::Typed, "Maya Lindqvist").await;
        }
        s
    }

    /// Everything: six sprints of data, odd names, gaps.
    pub(crate) async fn full(engine: Engine) -> (Self, Names) {
        let s = Self::empty(engine);
        let group = s.agreed().await;
        let team = s.act(|_, tx| catalogue::store::team_by_slug(tx, "payments")).await;
        let long_team = s.team(&group.slug, LONG).await;
        let left_team = s.team(&group.slug, RIGHT_TO_LEFT).await;
        let quiet_team = s.team(&group.slug, "Quiet").await;
        let bare_group = s.group("Nothing agreed").await;
        let long_group = s.group(WORDY).await;
        let (workload, service) = s.workload(&team.slug, "Harbour dues", &["dues-ledger", "refunds"]).await;
        let (long_workload, long_service) = s.workload(&long_team.slug, LONG, &[LONG]).await;
        s.workload(&left_team.slug, RIGHT_TO_LEFT, &[]).await;
        let (person, _) =
            s.person("Maya Lindqvist", "maya@northmoor.example", vec![(Role::PrincipalEngineer, Some(team.id))]).await;
        let roles = vec![(Role::Engineer, Some(long_team.id)), (Role::Facilitator, Some(group.id))];
        let (long_person, invitation) = s.person(LONG, "long@northmoor.example", roles).await;
        s.person(RIGHT_TO_LEFT, "left@northmoor.example", vec![(Role::ProductOwner, Some(left_team.id))]).await;
        s.act(|cx, tx| metrics::acts::define(cx, tx, &odd_metric())).await;
        let agreed = group.clone();
        s.act(move |cx, tx| report::acts::agree(cx, tx, &agreed, &with_odd_metric()).map(|_| ())).await;
        s.sprints(&group, [&team.slug, &left_team.slug], &long_team.slug, &long_service).await;
        let (of_team, of_service) = (team.slug.clone(), long_service.clone());
        let (source, long_source) = s.act(move |cx, tx| pulled::make_two(cx, tx, &of_team, &odd_metric().key, &of_service)).await;
        let (feed, long_feed) = s.act(fed::make_two).await;
        let of_workload = workload.clone();
        let (standard, long_standard) = s.act(move |cx, tx| agreed::make_two(cx, tx, &of_workload)).await;
        let (answered, open) = (workload.clone(), long_workload.clone());
        s.act(move |cx, tx| reviewed::make_two(cx, tx, &answered, &open)).await;
        let (of_team, of_workload) = (team.slug.clone(), long_workload.clone());
        let (action, done_action, decision) = s.act(move |cx, tx| registered::make(cx, tx, &of_team, &of_workload)).await;
        let (plain, long) = ((group.slug.clone(), team.slug.clone()), (long_group.slug.clone(), long_team.slug.clone()));
        let (meeting, long_meeting) = s.act(move |cx, tx| met::make(cx, tx, (&plain.0, &plain.1), (&long.0, &long.1))).await;
        let of_team = team.slug.clone();
        let (concern, long_concern) = s.act(move |cx, tx| concerned::make(cx, tx, &of_team)).await;
        let odd = (group.slug.clone(), long_team.slug.clone());
        let (closed_meeting, open_meeting, share) = s.act(move |cx, tx| met::hold(cx, tx, (&odd.0, &odd.1))).await;
        let reset = s.reset(person).await;
        s.gate.be(everything(person, "Maya Lindqvist"));
        let names = Names {
            group: group.slug,
            long_group: long_group.slug,
            bare_group: bare_group.slug,
            team: team.slug,
            long_team: long_team.slug,
            left_team: left_team.slug,
            quiet_team: quiet_team.slug,
            workload,
            long_workload,
            service,
            long_service,
            long_metric: odd_metric().key,
            source,
            long_source,
            feed,
            long_feed,
            standard,
            long_standard,
            action,
            done_action,
            decision,
            meeting,
            long_meeting,
            concern,
            long_concern,
            open_meeting,
            closed_meeting,
            share,
            person,
            long_person,
            invitation,
            reset,
        };
        (s, names)
    }

    /// A link with which a person sets a new password: its code.
    async fn reset(&self, person: Id) -> String {
        let secret = self.t.app.secret().expect("a secret");
        let drawn = secret.clone();
        self.act(move |cx, tx| people::acts::reset_link(cx, tx, person, &drawn).map(|_| ())).await;
        secret
    }

    /// Walks through the sprints: each is reported the day after it ended, all but the last are reviewed.
    async fn sprints(&self, group: &catalogue::Group, teams: [&str; 2], long_team: &str, long_service: &str) {
        let start = TestApp::START;
        for sprint in FIRST..=SPRINT {
            let left = u32::try_from(SPRINT - sprint).unwrap_or(0) * 14;
            self.t.clock.set(REPORTED.minus(DAY * left));
            for team in teams {
                self.record(values(team, sprint), Provenance::Typed, "Maya Lindqvist").await;
            }
            let one =
                |metric: &str, subject: &str, number: f64| NewValue { number: Some(number), ..blank(metric, subject, sprint) };
            let noted =
                NewValue { note: Some(format!("{LONG} {RIGHT_TO_LEFT}")), ..one(&odd_metric().key, long_service, 1_234_567_890.0) };
            self.record(vec![noted, one("availability", long_team, 99.5)], Provenance::Pulled, LONG).await;
            let (named, last) = (teams[0].to_owned(), sprint == SPRINT);
            let group = group.clone();
            self.act(move |cx, tx| {
                let team = catalogue::store::team_by_slug(tx, &named)?;
                for (kind, text) in [
                    ("win", format!("{RIGHT_TO_LEFT}: the first berth was booked from a telephone.")),
                    ("ask", format!("{LONG}, please.")),
                ] {
                    report::acts::say(cx, tx, &team, sprint, &NewWords { kind: kind.into(), text, version: 0 })?;
                }
                if last {
                    lists::write(cx, tx, &team)?;
                }
                report::acts::hand_in(cx, tx, &team, sprint)?;
                if !last {
                    report::acts::review(cx, tx, &team, sprint)?;
                }
                debug_assert_eq!(team.group, group.id);
                Ok(())
            })
            .await;
        }
        assert!(self.t.app.now() > start, "the clock walked");
    }
}

/// The template that every group begins with, and the odd metric.
fn with_odd_metric() -> NewTemplate {
    let mut template = report::starter::template(false);
    let section = template.sections.iter_mut().find(|s| s.pillar == "operations").expect("the pillar");
    section.rows.push(TemplateRow { metric: odd_metric().key, ..TemplateRow::default() });
    section.rows.extend(lists::rows());
    NewTemplate { template, version: 1, reason: WORDY.into() }
}

fn blank(metric: &str, subject: &str, sprint: i64) -> NewValue {
    NewValue {
        metric: metric.into(),
        subject: subject.into(),
        period: sprint.to_string(),
        number: None,
        numerator: None,
        denominator: None,
        unit: None,
        note: None,
        kept: false,
    }
}

/// What a team reports: one signal for the worse with a note, one for the better, one gap, the others calm.
pub(crate) fn values(team: &str, sprint: i64) -> Vec<NewValue> {
    let wave = [0.0, 1.0, -1.0, 1.0, 0.0, -1.0][usize::try_from(sprint - FIRST).unwrap_or(0) % 6];
    let told = |calm: f64, spread: f64, last: f64| if sprint == SPRINT { last } else { calm + spread * wave };
    [
        ("requests-served", Some(told(1840.0, 40.0, 1851.0))),
        ("complaints", Some(told(6.0, 1.0, 5.0))),
        ("open-findings", if sprint == SPRINT { None } else { Some(2.0 + wave) }),
        ("oldest-critical", Some(told(18.0, 4.0, 16.0))),
        ("run-cost", Some(told(21.5, 1.1, 21.9))),
        ("deployments", Some(told(14.0, 3.0, 15.0))),
        ("lead-time", Some(told(19.0, 1.0, 9.0))),
        ("change-fail-rate", Some(told(9.0, 2.0, 8.0))),
        ("availability", Some(told(99.94, 0.02, 99.95))),
        ("latency-p95", Some(told(410.0, 12.0, 655.0))),
    ]
    .into_iter()
    .filter_map(|(metric, number)| {
        let note =
            (metric == "latency-p95" && sprint == SPRINT).then(|| "One bad hour on 10 November makes this number.".to_owned());
        Some(NewValue { number: Some(number?), note, ..blank(metric, team, sprint) })
    })
    .collect()
}

/// A metric with a title of 120 characters, measured for services.
fn odd_metric() -> Definition {
    Definition {
        key: "odd".into(),
        title: LONG.into(),
        detail: WORDY.into(),
        pillar: "operations".into(),
        unit: "Bytes".into(),
        decimals: 4,
        direction: Way::Down,
        period: PeriodKind::Sprint,
        subject: SubjectKind::Service,
        aggregation: Aggregation::Sum,
        target: Some(Goal { at_least: None, at_most: Some(999.0) }),
        least: Some(0.0),
        greatest: None,
        fresh_days: Some(45),
        logs: false,
        chart: metrics::definition::ChartKind::Individuals,
        goal: String::new(),
        signal: String::new(),
        decision: RIGHT_TO_LEFT.into(),
        counter_metric: None,
        could_come_from: WORDY.into(),
    }
}
