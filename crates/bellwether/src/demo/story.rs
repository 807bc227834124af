//! What happened in the demonstration: one team automates, one regresses, one had an incident, one number has gone stale, one
//! workload is exempt.

use catalogue::exemptions::{Asked, Decision, ExemptionKind};
use catalogue::rules::{NewGroup, NewService, NewTeam, NewWorkload, ServiceBody};
use kernel::error::Result;
use kernel::web::{App, Ctx};
use metrics::baseline::NewBaseline;
use metrics::value::{NewValue, Provenance};
use people::Role;
use people::acts::NewOrganisation;
use report::acts::NewWords;
use wellarch::acts::review::NewReview;
use wellarch::milestone::NewMilestone;
use wellarch::review::{NewReviewAnswer, Said};

use super::numbers::{AUTOMATED, METRICS, SPRINTS, TEAMS, number, way};
use super::words::{self, DAY};
use super::{as_person, council, invite, sessions, work};
use crate::{doctor, home};

/// Name and mail address of whoever looks at the demonstration.
pub(super) const FACILITATOR: (&str, &str) = ("Tomasz Zielinski", "tomasz.zielinski@northmoor.example");

/// Who approves exemptions of security.
const APPROVER: (&str, &str) = ("Ama Boateng", "ama.boateng@northmoor.example");

pub(super) fn slug(team: usize) -> String {
    kernel::text::slug(TEAMS[team].0)
}

/// Tells it; the application's clock walks from the first sprint's first day to the day after the last sprint.
pub(super) async fn tell(app: &App) -> Result<()> {
    let cx = Ctx::of(doctor::owner(), app.now(), "demo");
    set_up(app, &cx).await?;
    sessions::settle(app).await?;
    let first = app.now();
    let mut pipeline = None;
    for sprint in 1..=SPRINTS {
        if let Some(id) = pipeline.filter(|_| sprint == AUTOMATED - 1) {
            work::automate(app, id).await?;
        }
        // One day after the sprint's end, when teams report.
        app.clock.set(first.plus(DAY * u32::try_from(sprint * 14).unwrap_or(0)).plus(DAY));
        report_sprint(app, sprint).await?;
        if sprint == 1 {
            pipeline = Some(work::agree(app).await?);
        }
        if sprint == AUTOMATED - 1 {
            freeze(app).await?;
        }
        if sprint == SPRINTS - 1 {
            work::answer_again(app).await?;
            super::notices::issue(app).await?;
        }
        if sprint == SPRINTS - 3 {
            agree(app).await?;
            hold_review(app).await?;
            work::plan_review(app, APPROVER.1).await?;
        }
        sessions::hold(app, sprint).await?;
        council::tell(app, sprint).await?;
    }
    Ok(())
}

/// Before Cargo changes how it deploys, its limits are kept as they were.
async fn freeze(app: &App) -> Result<()> {
    let cx = Ctx::of(as_person(app, FACILITATOR.1).await?, app.now(), "demo");
    app.write(&cx, |cx, tx| {
        let cargo = catalogue::store::subject(tx, catalogue::SubjectKind::Team, "cargo")?;
        let reason = "As it was before the pipeline; so we shall see what it changes.".to_owned();
        let new = NewBaseline { period: "1".into(), periods: 5, reason };
        ["deployments", "lead-time"].iter().try_for_each(|m| metrics::acts::freeze(cx, tx, &cargo, m, &new).map(|_| ()))
    })
    .await
}

/// Three sprints before the end the organisation agrees on standards, and the teams say how far they are.
async fn agree(app: &App) -> Result<()> {
    let cx = Ctx::of(doctor::owner(), app.now(), "demo");
    invite(app, &cx, APPROVER.0, APPROVER.1, Role::Approver, Some(people::place::pillar_id("security"))).await?;
    let approver = Ctx::of(as_person(app, APPROVER.1).await?, app.now(), "demo");
    let facilitator = Ctx::of(as_person(app, FACILITATOR.1).await?, app.now(), "demo");
    app.write(&facilitator, |cx, tx| {
        words::standards().iter().try_for_each(|s| catalogue::acts::standards::make(cx, tx, s).map(|_| ()))
    })
    .await?;
    for (number, (team, workload, service, lead)) in TEAMS.into_iter().enumerate() {
        let lead = Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo");
        let asked = app
            .write(&lead, move |cx, tx| {
                let workload = kernel::text::slug(workload);
                for (n, standard) in words::standards().iter().enumerate() {
                    let standard = standard.slug.clone().unwrap_or_default();
                    if let Some(said) = words::adoption(number, n) {
                        catalogue::acts::standards::adopt(cx, tx, &workload, &standard, &said)?;
                    }
                }
                if let Some(new) = words::transaction(number, service) {
                    catalogue::acts::transactions::add(cx, tx, &workload, &new)?;
                }
                if team != words::EXEMPT.0 {
                    return Ok(None);
                }
                let until = cx.now.plus(DAY * 180).jiff().strftime("%Y-%m-%d").to_string();
                let new = Asked { kind: ExemptionKind::Exempt, reason: words::EXEMPT.1.into(), until };
                catalogue::acts::standards::ask(cx, tx, &workload, "two-factors", &new).map(|e| Some(e.id))
            })
            .await?;
        if let Some(id) = asked {
            let yes = Decision { approve: true, reason: words::EXEMPT.2.into() };
            app.write(&approver, move |cx, tx| catalogue::acts::exemptions::decide(cx, tx, id, &yes).map(|_| ())).await?;
        }
    }
    Ok(())
}

async fn set_up(app: &App, cx: &Ctx) -> Result<()> {
    let first_day = cx.now.jiff().strftime("%Y-%m-%d").to_string();
    let group = app
        .write(cx, move |cx, tx| {
            let organisation = NewOrganisation { name: "Northmoor Ports".into(), zone: "Europe/London".into(), version: 0 };
            people::acts::set_organisation(cx, tx, &organisation)?;
            let new = NewGroup {
                name: "Port Systems".into(),
                zone: "Europe/London".into(),
                sprint_days: 14,
                first_number: 1,
                first_day: first_day.clone(),
                working_agreement: String::new(),
                calendar: None,
                slug: None,
                version: None,
            };
            let group = catalogue::acts::make_group(cx, tx, &new)?;
            home::begin_template(cx, tx, &group, false)?;
            Ok(group)
        })
        .await?;
    invite(app, cx, FACILITATOR.0, FACILITATOR.1, Role::Facilitator, Some(group.id)).await?;
    for (team, workload, service, lead) in TEAMS {
        let group = group.slug.clone();
        let made = app
            .write(cx, move |cx, tx| {
                let new = NewTeam { name: team.into(), group: group.clone(), slug: None, version: None };
                let made = catalogue::acts::make_team(cx, tx, &new)?;
                let about = words::about(workload);
                let new = NewWorkload { name: workload.into(), team: made.slug.clone(), slug: None, about, version: None };
                let built = catalogue::acts::make_workload(cx, tx, &new)?;
                let about = ServiceBody { repositories: vec![format!("https://git.example/{service}")], ..ServiceBody::default() };
                let new = NewService { name: service.into(), workload: built.slug, team: None, slug: None, about, version: None };
                catalogue::acts::make_service(cx, tx, &new)?;
                Ok(made)
            })
            .await?;
        invite(app, cx, lead, &mail(lead), Role::PrincipalEngineer, Some(made.id)).await?;
    }
    Ok(())
}

/// Payments holds a review, saves it as a milestone, and ticks more practices afterwards.
async fn hold_review(app: &App) -> Result<()> {
    let (_, workload, _, lead) = words::REVIEWED;
    let cx = Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo");
    let slug = kernel::text::slug(workload);
    app.write(&cx, move |cx, tx| {
        let new = NewReview { lens: words::LENS.into(), version: None };
        let sheet = wellarch::acts::review::begin(cx, tx, &slug, &new)?;
        let questions: Vec<_> = sheet.lens.file.lens.pillars.iter().flat_map(|p| &p.questions).collect();
        for (number, question) in questions.iter().enumerate() {
            let new = NewReviewAnswer { based_on: 0, said: words::said(question, number), overrides: None };
            wellarch::acts::review::answer(cx, tx, (&slug, words::LENS), &question.id, &new)?;
        }
        wellarch::acts::milestone::save(cx, tx, &slug, words::LENS, &NewMilestone { name: "First review".into() })?;
        for question in questions.iter().take(2) {
            let choices = question.choices.iter().map(|c| c.id.clone()).collect();
            let new = NewReviewAnswer { based_on: 1, said: Said { choices, ..Said::default() }, overrides: None };
            wellarch::acts::review::answer(cx, tx, (&slug, words::LENS), &question.id, &new)?;
        }
        Ok(())
    })
    .await
}

pub(super) fn mail(name: &str) -> String {
    format!("{}@northmoor.example", kernel::text::slug(name).replace('-', "."))
}

#[allow(clippy::needless_range_loop, reason = "the number of a team is what the story is told by")]
async fn report_sprint(app: &App, sprint: u64) -> Result<()> {
    let last = sprint == SPRINTS;
    let facilitator = as_person(app, FACILITATOR.1).await?;
    for team in 0..TEAMS.len() {
        let lead = as_person(app, &mail(TEAMS[team].3)).await?;
        let cx = Ctx::of(lead.clone(), app.now(), "demo");
        let number_of = i64::try_from(sprint).unwrap_or(0);
        for wanted in [Provenance::Typed, Provenance::Pulled] {
            // In the last sprint one team has not begun and one is half way.
            let skip = |metric: usize| {
                last && wanted == Provenance::Typed
                    && match TEAMS[team].0 {
                        "Notifications" => true,
                        "Accounts" => metric.is_multiple_of(2),
                        _ => false,
                    }
            };
            let values: Vec<NewValue> = (0..METRICS.len())
                .filter(|m| way(team, *m, sprint) == wanted && !skip(*m))
                .filter_map(|m| number(team, m, sprint).map(|n| value(team, m, sprint, n)))
                .collect();
            if values.is_empty() {
                continue;
            }
            let source = if wanted == Provenance::Pulled { "Prometheus".to_owned() } else { lead.name.clone() };
            app.append(&cx, move |cx, tx| metrics::acts::record(cx, tx, &values, wanted, &source).map(|_| ())).await?;
        }
        let reviewer = Ctx::of(facilitator.clone(), app.now(), "demo");
        let win = words::WINS.iter().find(|(t, _)| last && *t == team).map(|(_, text)| (*text).to_owned());
        let name = slug(team);
        let draft = last && matches!(TEAMS[team].0, "Notifications" | "Accounts");
        app.write(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &name)?;
            if let Some(text) = &win {
                let words = NewWords { kind: "win".into(), text: text.clone(), version: 0 };
                report::acts::say(cx, tx, &team, number_of, &words)?;
            }
            for (list, entry) in words::entries(&name, sprint, cx.now) {
                let list = report::acts::lists::list_of(tx, &team, list)?;
                report::acts::lists::add(cx, tx, &team, &list, &entry)?;
            }
            for mark in words::marks(&name, sprint, cx.now) {
                marks::acts::record(cx, tx, &mark)?;
            }
            if !draft {
                report::acts::hand_in(cx, tx, &team, number_of)?;
            }
            if !last {
                report::acts::review(&reviewer, tx, &team, number_of)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

fn value(team: usize, metric: usize, sprint: u64, number: f64) -> NewValue {
    let (key, _, _) = METRICS[metric];
    let note = words::note(TEAMS[team].0, key, sprint);
    NewValue {
        metric: key.into(),
        subject: slug(team),
        period: sprint.to_string(),
        number: Some(number),
        numerator: None,
        denominator: None,
        unit: None,
        note: note.map(str::to_owned),
        kept: false,
    }
}
