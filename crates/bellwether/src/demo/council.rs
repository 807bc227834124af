//! The council in the demonstration: one concern measured on its metric's own chart, one on the roadmap, some on their way, and what
//! was put aside with its reason.

use council::acts::{self, work};
use council::concern::{Confirmed, Content, NewConcern};
use council::moving::ConcernMove;
use council::result::NewResult;
use council::setting::Setting;
use council::view::{NewStory, StorySprint};
use council::wsjf::NewWsjf;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx};
use people::{NewGrant, Role};

use super::as_person;
use super::numbers::{AUTOMATED, SPRINTS};
use super::story::mail;
use super::words::DAY;

/// Members of the council.
const MEMBERS: [&str; 5] = ["Pradeep Menon", "Kwame Asante", "Maya Lindqvist", "Sofia Almeida", "Ines Castro"];

/// A concern of the story: team, principal engineer, title, the three answers.
struct Told(&'static str, &'static str, &'static str, [&'static str; 3]);

const MANIFESTS: Told = Told(
    "cargo",
    "Kwame Asante",
    "A fix for the manifests waits a day for somebody to deploy it",
    [
        "The pipeline belongs to Data Platform and the service to Cargo; neither backlog holds both ends.",
        "Customs refuses ships whose manifest is wrong. Half of the corrections in spring took longer than a day.",
        "Data Platform opens the pipeline, Cargo lets it deploy: about ten days for each team.",
    ],
);
const PHOTOS: Told = Told(
    "harbour-gate",
    "Henrik Dahl",
    "Photos at the gate fail on slow networks",
    [
        "Gate, network and storage each look well by themselves; the driver sees all three fail.",
        "34 of 500 lorries had to come back for a second photo in one week.",
        "Uploads that resume: five days at the gate, two in Data Platform.",
    ],
);
const BROKER: Told = Told(
    "notifications",
    "Yuki Tanaka",
    "Replace the message broker",
    [
        "Every team sends messages through it.",
        "It is six years old, and few people know it.",
        "A new broker, and all senders moved: half a year.",
    ],
);
const DASHBOARD: Told = Told(
    "identity",
    "Pradeep Menon",
    "One dashboard for everybody",
    [
        "All teams look at dashboards.",
        "They look different, which costs time when people move.",
        "A template, and ten teams who use it.",
    ],
);
const BOOKINGS: Told = Told(
    "booking",
    "Sofia Almeida",
    "Customers tell us before our alarms do",
    [
        "The alarm watches one service, the customer a whole booking across four of them.",
        "Half a day without bookings in sprint 12, and the first to say so was a shipping line.",
        "One synthetic booking a minute: four days in Booking, two in Notifications.",
    ],
);
const RESTORES: Told = Told(
    "data-platform",
    "Ines Castro",
    "Four teams test restores in four ways",
    [
        "A restore crosses the platform and every team that stores anything on it.",
        "Two of four found their copy empty when they tried for the first time.",
        "One way to rehearse, once a quarter: three days for each team.",
    ],
);
const SCANNER: Told = Told(
    "tracking",
    "Leila Farouk",
    "Accounts of scanners expire and nobody sees it",
    [
        "The account is security’s, the silence is ours.",
        "No finding was counted for four sprints.",
        "An alert on silence: one day for each team.",
    ],
);
const QUERY: Told = Told(
    "payments",
    "Maya Lindqvist",
    "A new query makes everybody wait at the end of the month",
    [
        "The ledger is read by three teams, and each adds its query.",
        "p95 rose by a half, on the days on which dues are paid.",
        "Not known yet; somebody has to look at the plan of the query.",
    ],
);

/// Does something as one of the story's people.
async fn as_<T: Send + 'static>(
    app: &App,
    who: &str,
    f: impl Fn(&Ctx, &mut dyn Tx) -> Result<T> + Send + Sync + 'static,
) -> Result<T> {
    let cx = Ctx::of(as_person(app, &mail(who)).await?, app.now(), "demo");
    app.write(&cx, f).await
}

async fn raise(app: &App, c: Told, more: Content) -> Result<i64> {
    let Told(team, who, title, [why_sre, why_important, involved]) = c;
    as_(app, who, move |cx, tx| {
        let content = Content {
            title: title.into(),
            why_sre: why_sre.into(),
            why_important: why_important.into(),
            involved: involved.into(),
            ..more.clone()
        };
        acts::raise(cx, tx, &NewConcern { team: team.into(), content, origin: actions::Origin::default() }).map(|c| c.number)
    })
    .await
}

/// Moves a concern on, from the version that it has.
async fn go(app: &App, number: i64, to: &'static str, with: ConcernMove) -> Result<()> {
    as_(app, MEMBERS[0], move |cx, tx| {
        let version = council::store::one(tx, number)?.version;
        acts::move_on(cx, tx, number, &ConcernMove { version, to: to.into(), ..with.clone() }).map(|_| ())
    })
    .await
}

fn why(words: &str) -> ConcernMove {
    let deciders = MEMBERS.map(str::to_owned).to_vec();
    ConcernMove { why: words.into(), deciders, ..ConcernMove::default() }
}

async fn accepted(app: &App, number: i64, epic: &str, url: &str) -> Result<()> {
    go(app, number, "presented", ConcernMove::default()).await?;
    go(app, number, "accepted", why("All five members; the work is small beside what it costs to wait.")).await?;
    let epic = ConcernMove { epic: epic.into(), epic_url: url.into(), ..ConcernMove::default() };
    go(app, number, "epic", epic).await
}

async fn story(
    app: &App,
    number: i64,
    (team, what, issue): (&'static str, &'static str, &'static str),
    sprint: Option<i64>,
) -> Result<kernel::ids::Id> {
    as_(app, MEMBERS[0], move |cx, tx| {
        let new = NewStory { team: team.into(), what: what.into(), issue: issue.into(), sprint, ..NewStory::default() };
        work::add_story(cx, tx, number, &new).map(|s| s.action.id)
    })
    .await
}

async fn close(app: &App, action: kernel::ids::Id, words: &'static str) -> Result<()> {
    as_(app, MEMBERS[0], move |cx, tx| {
        let evidence = actions::action::Evidence { words: words.into(), url: String::new() };
        let done = actions::change::StateChange {
            version: 1,
            state: actions::ActionState::Done,
            reason: String::new(),
            evidence: Some(evidence),
        };
        actions::acts::move_on(cx, tx, action, &done).map(|_| ())
    })
    .await
}

async fn begin(app: &App) -> Result<()> {
    for name in MEMBERS {
        let address = mail(name);
        as_(app, MEMBERS[0], move |cx, tx| {
            let person = people::store::person_by_mail(tx, &address)?.ok_or_else(|| Error::internal("a member is missing"))?;
            people::acts::grant_role(cx, tx, person.id, &NewGrant { role: Role::CouncilMember, scope: None }).map(|_| ())
        })
        .await?;
    }
    as_(app, MEMBERS[0], |cx, tx| {
        let rules = Setting { champion: MEMBERS[0].into(), most_in_sprint: Some(3), most_measuring: Some(3), ..Setting::default() };
        acts::set(cx, tx, &rules).map(|_| ())
    })
    .await
}

/// Cargo's manifests: measured on the metric's own chart.
async fn manifests(app: &App, sprint: u64) -> Result<()> {
    const ONE: i64 = 1;
    match sprint {
        2 => {
            begin(app).await?;
            let more = Content {
                confirmed: Confirmed::Yes,
                seen: "Lead time of Cargo: about 16 h in each of the first sprints, most of it waiting.".into(),
                metric: "lead-time".into(),
                subject: "cargo".into(),
                baseline: "About 16 h from merge to production".into(),
                hypothesis: "Once the pipeline deploys by itself a fix arrives the day it is merged".into(),
                direction: Some(actions::action::Move::Down),
                by: Some(8.0),
                ..Content::default()
            };
            raise(app, MANIFESTS, more).await?;
            accepted(app, ONE, "Pipelines that deploy by themselves", "https://issues.northmoor.example/DP-204").await
        }
        3 => {
            let score = NewWsjf { value: 8, urgency: 5, risk: 5, size: 5, council: true };
            as_(app, MEMBERS[0], move |cx, tx| acts::score(cx, tx, ONE, &score).map(|_| ())).await?;
            go(app, ONE, "vetted", why("Hypothesis and number are clear; two teams, one sprint each.")).await?;
            let of = [
                ("data-platform", "Open the pipeline for services of other teams", "https://issues.northmoor.example/DP-205"),
                ("cargo", "Deploy the manifest service on each merge", "https://issues.northmoor.example/CARGO-42"),
            ];
            for (n, one) in of.into_iter().enumerate() {
                let sprint = i64::try_from(n).map(|n| Some(4 + n)).unwrap_or_default();
                let action = story(app, ONE, one, sprint).await?;
                close(app, action, "Runs since the turn of the sprint.").await?;
            }
            go(app, ONE, "stories", ConcernMove::default()).await?;
            go(app, ONE, "in-sprint", ConcernMove::default()).await
        }
        AUTOMATED => go(app, ONE, "done", ConcernMove::default()).await,
        SPRINTS => {
            let group_day = turn(app).await?;
            let new = NewResult {
                changed: group_day,
                environment: "production".into(),
                also_changed: "Twice as many deployments, each smaller; nothing else that we know of.".into(),
                counter: "Change fail rate: no change shown.".into(),
                experiment: "To be tried in a game day: the pipeline is stopped for four hours".into(),
                instrumented: Setting::default().checklist.into_iter().take(4).collect(),
                ..NewResult::default()
            };
            as_(app, MANIFESTS.1, move |cx, tx| work::measure(cx, tx, ONE, &new).map(|_| ())).await?;
            go(app, ONE, "measured", why("Confirmed by the council: the interval leaves no doubt.")).await
        }
        _ => Ok(()),
    }
}

/// The first day of the sprint since which the pipelines deploy: that sprint is the first after the change.
async fn turn(app: &App) -> Result<String> {
    let number = i64::try_from(AUTOMATED).unwrap_or(0);
    let starts = app
        .db
        .read(move |tx| {
            let team = catalogue::store::team_by_slug(tx, "cargo")?;
            catalogue::store::sprint(tx, team.group, number).map(|s| s.first_day)
        })
        .await?;
    Ok(starts.to_string())
}

/// Photos at the gate: measured by typed counts, presented, on the roadmap.
async fn photos(app: &App, sprint: u64) -> Result<()> {
    const TWO: i64 = 2;
    match sprint {
        4 => {
            let more = Content {
                confirmed: Confirmed::Yes,
                seen: "34 of 500 photos had to be taken again.".into(),
                baseline: "6.8% of photos in one week".into(),
                hypothesis: "With uploads that resume it is a third of that".into(),
                direction: Some(actions::action::Move::Down),
                ..Content::default()
            };
            raise(app, PHOTOS, more).await?;
            accepted(app, TWO, "Uploads that resume", "https://issues.northmoor.example/GATE-77").await?;
            go(app, TWO, "vetted", why("Small, and felt by everybody who drives in.")).await?;
            let action = story(
                app,
                TWO,
                ("harbour-gate", "Resume an upload where it broke", "https://issues.northmoor.example/GATE-78"),
                Some(5),
            )
            .await?;
            go(app, TWO, "stories", ConcernMove::default()).await?;
            go(app, TWO, "in-sprint", ConcernMove::default()).await?;
            close(app, action, "Resumes in the lift and behind the crane.").await?;
            go(app, TWO, "done", ConcernMove::default()).await
        }
        8 => {
            let new = NewResult {
                environment: "production".into(),
                typed: "shares".into(),
                typed_what: "Photos taken again, %".into(),
                typed_before: "34 of 500".into(),
                typed_after: "10 of 480".into(),
                also_changed: "The network at gate 3 was mended in the second week.".into(),
                instrumented: Setting::default().checklist.into_iter().take(2).collect(),
                ..NewResult::default()
            };
            as_(app, PHOTOS.1, move |cx, tx| work::measure(cx, tx, TWO, &new).map(|_| ())).await?;
            go(app, TWO, "measured", why("Confirmed, with the network as the other cause.")).await?;
            go(app, TWO, "result-presented", why("At the meeting after sprint 8, by Henrik Dahl.")).await?;
            let next = app.now().plus(DAY * 200).jiff().in_tz("UTC").map_err(Error::internal)?.date();
            let next = council::moving::quarter_of(next);
            let on = ConcernMove { quarter: next, ..why("Every upload of the company resumes.") };
            go(app, TWO, "roadmap", on).await
        }
        _ => Ok(()),
    }
}

/// What is on its way, and what was put aside.
async fn others(app: &App, sprint: u64) -> Result<()> {
    let yes = |seen: &str, hypothesis: &str| Content {
        confirmed: Confirmed::Yes,
        seen: seen.into(),
        hypothesis: hypothesis.into(),
        ..Content::default()
    };
    match sprint {
        12 => {
            let n = raise(
                app,
                BOOKINGS,
                yes(
                    "Availability of Booking: 98.71% in sprint 12; the first alarm came 40 minutes after the first call.",
                    "We know within five minutes, before anybody calls",
                ),
            )
            .await?;
            accepted(app, n, "A synthetic booking every minute", "https://issues.northmoor.example/BOOK-311").await?;
            go(app, n, "vetted", why("Small, and it proves itself at the next incident.")).await?;
            let first = story(
                app,
                n,
                ("booking", "Book, pay and cancel once a minute", "https://issues.northmoor.example/BOOK-312"),
                Some(13),
            )
            .await?;
            let second = story(
                app,
                n,
                ("notifications", "Page the pair on duty when it fails twice", "https://issues.northmoor.example/MSG-90"),
                None,
            )
            .await?;
            go(app, n, "stories", ConcernMove::default()).await?;
            close(app, first, "It books since Tuesday.").await?;
            as_(app, MEMBERS[0], move |cx, tx| work::set_sprint(cx, tx, n, second, StorySprint { sprint: Some(14) }).map(|_| ()))
                .await?;
            go(app, n, "in-sprint", ConcernMove::default()).await
        }
        SPRINTS => {
            let n = raise(
                app,
                RESTORES,
                yes("Two of four rehearsals found an empty copy.", "Every team restores in less than an hour"),
            )
            .await?;
            accepted(app, n, "One way to rehearse a restore", "").await?;
            for (who, (value, urgency, risk, size)) in
                [("Ines Castro", (8, 3, 13, 5)), ("Maya Lindqvist", (5, 3, 13, 5)), ("Sofia Almeida", (8, 5, 8, 3))]
            {
                let score = NewWsjf { value, urgency, risk, size, council: false };
                as_(app, who, move |cx, tx| acts::score(cx, tx, n, &score).map(|_| ())).await?;
            }
            go(app, n, "vetted", why("Clear; the first rehearsal says how much work it is.")).await?;
            let n = raise(app, BROKER, Content::default()).await?;
            go(app, n, "presented", ConcernMove::default()).await?;
            go(app, n, "rejected", why("Our data cannot show a problem: no incident of the last year began at the broker."))
                .await?;
            let n = raise(app, DASHBOARD, Content::default()).await?;
            let on = ConcernMove { sent_to: "the tooling guild".into(), ..why("Not a reliability concern.") };
            go(app, n, "sent-on", on).await?;
            let n = raise(
                app,
                SCANNER,
                Content { confirmed: Confirmed::NotYet, seen: "Silence is not counted yet.".into(), ..Content::default() },
            )
            .await?;
            go(app, n, "presented", ConcernMove::default()).await?;
            go(app, n, "needs-information", why("How many accounts are there, and who gets the mail when one expires?")).await?;
            let more =
                as_(app, QUERY.1, |cx, tx| Ok(acts::read::prefilled(cx, tx, "metric:latency-p95/payments")?.content)).await?;
            raise(app, QUERY, more).await.map(|_| ())
        }
        _ => Ok(()),
    }
}

/// What the council does after a sprint.
pub(super) async fn tell(app: &App, sprint: u64) -> Result<()> {
    manifests(app, sprint).await?;
    photos(app, sprint).await?;
    others(app, sprint).await
}
