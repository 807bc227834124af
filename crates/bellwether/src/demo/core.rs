//! Seven workloads are held against the core lens, and pipelines have said what they know: one fact contradicts an answer, one
//! supports one, one has grown old. Identity answers once for all how people sign in; one workload overrides that with a reason.

use std::collections::HashMap;

use facts::acts::NewFacts;
use facts::{FactValue, NewFact};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::{App, Ctx};
use wellarch::acts::review::NewReview;
use wellarch::acts::template as templates;
use wellarch::review::{NewReviewAnswer, Said};
use wellarch::template::{NewAnswerTemplate, NewTemplateVersion, NewUse, TemplateAnswer};

use super::as_person;
use super::numbers::TEAMS;
use super::story::mail;
use super::words::DAY;

/// The lens.
const LENS: &str = "core";

/// Teams whose workload was held against it.
const HELD: [usize; 7] = [1, 2, 3, 4, 5, 8, 9];

/// Teams whose review uses Identity's template, and the one of them that overrides it.
const USERS: [usize; 5] = [1, 2, 3, 8, 9];
const OVERRIDES: usize = 8;

/// Of a hundred practices of a pillar that many are in place: teams choose well what to build on, and operate it less well.
const LIKELY: [(&str, usize); 6] = [
    ("security", 58),
    ("reliability", 46),
    ("operational-excellence", 62),
    ("performance", 71),
    ("cost", 52),
    ("sustainability", 33),
];

/// What pipelines have said: team, key, item, value, days ago, source.
const TOLD: [(usize, &str, &str, FactKind, u32, &str); 4] = [
    (9, "backup.age_hours", "positions", FactKind::Number(263.0), 1, "backup job"),
    (1, "backup.restore.held_at", "", FactKind::Yes, 40, "restore drill"),
    (2, "gameday.held_at", "", FactKind::Yes, 150, "game day"),
    (4, "finding.open.critical", "gate-controller", FactKind::Number(2.0), 1, "image scan"),
];

#[derive(Clone, Copy)]
enum FactKind {
    Yes,
    Number(f64),
}

/// Calm and repeatable, like the numbers: the same practices are missing every day.
fn in_place(team: usize, question: usize, choice: usize, likely: usize) -> bool {
    let mixed = (team + 3) * 7_919 + (question + 1) * 104_729 + (choice + 1) * 1_299_709;
    (mixed >> 3) % 100 < likely
}

/// Practices that the story needs ticked.
const CLAIMED: [(usize, &str, &str); 4] =
    [(9, "REL-09", "fresh"), (1, "REL-09", "restored"), (2, "REL-12", "game_day"), (4, "SEC-01", "baseline")];

/// Tells it, as of the application's now.
pub(super) async fn tell(app: &App) -> Result<()> {
    for team in HELD {
        let (_, workload, _, lead) = TEAMS[team];
        let cx = Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo");
        let slug = kernel::text::slug(workload);
        app.write(&cx, move |cx, tx| {
            let facts: Vec<NewFact> = TOLD.iter().filter(|(of, ..)| *of == team).map(|told| fact(told, cx)).collect();
            if !facts.is_empty() {
                facts::acts::record(cx, tx, &slug, &NewFacts { facts })?;
            }
            let likely: HashMap<&str, usize> = LIKELY.into_iter().collect();
            let sheet = wellarch::acts::review::begin(cx, tx, &slug, &NewReview { lens: LENS.into(), version: None })?;
            let pillars = &sheet.lens.file.lens.pillars;
            let questions = pillars.iter().flat_map(|p| p.questions.iter().map(move |q| (p, q)));
            for (number, (pillar, q)) in questions.enumerate() {
                let likely = likely.get(pillar.id.as_str()).copied().unwrap_or(50);
                let claimed = |id: &str| CLAIMED.iter().any(|(t, of, c)| *t == team && *of == q.id && *c == id);
                let ticked =
                    q.choices.iter().enumerate().filter(|(c, x)| !x.none && (claimed(&x.id) || in_place(team, number, *c, likely)));
                let choices: Vec<String> = ticked.map(|(_, x)| x.id.clone()).collect();
                let said = Said { none: choices.is_empty(), choices, ..Said::default() };
                let new = NewReviewAnswer { based_on: 0, said, overrides: None };
                wellarch::acts::review::answer(cx, tx, (&slug, LENS), &q.id, &new)?;
            }
            Ok(())
        })
        .await?;
    }
    template(app).await
}

/// Identity's template, which five workloads use. Its second version reaches all but the one that says otherwise.
async fn template(app: &App) -> Result<()> {
    let (team, _, _, lead) = TEAMS[5];
    let cx = Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo");
    let answer = |question: &str, said: Said| TemplateAnswer { question: question.to_owned(), said };
    let gone_over = "The list is gone over each quarter; the last time was in October.";
    let roles = || answer("SEC-04", said(&["roles", "gone_over", "breakglass"], gone_over));
    let first = [answer("SEC-03", said(&["unique", "federated", "leavers"], "One directory for every door.")), roles()];
    let keys = said(&["unique", "federated", "unphishable", "leavers"], "One directory for every door, with hardware keys.");
    let second = [answer("SEC-03", keys), roles()];
    let slug = app
        .write(&cx, move |cx, tx| {
            let new = NewAnswerTemplate {
                name: "Sign-in and access".into(),
                lens: LENS.into(),
                team: kernel::text::slug(team),
                about: "For every workload whose people sign in through the company directory.".into(),
                slug: None,
            };
            let made = templates::make(cx, tx, &new)?;
            publish(cx, tx, &made.slug, "What the directory does for everybody today.", &first)?;
            Ok(made.slug)
        })
        .await?;
    for team in USERS {
        let (_, workload, _, lead) = TEAMS[team];
        let cx = Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo");
        let (workload, template) = (kernel::text::slug(workload), slug.clone());
        app.write(&cx, move |cx, tx| {
            wellarch::acts::using::begin(cx, tx, (&workload, LENS), &template, &NewUse::default())?;
            if team == OVERRIDES {
                let now = wellarch::acts::review::sheet(cx, tx, &workload, LENS)?;
                let new = NewReviewAnswer {
                    based_on: now.answers.get("SEC-03").map_or(0, |a| a.version),
                    said: said(&["unique", "leavers"], ""),
                    overrides: Some("Brokers sign in at the exchange’s own directory until its contract ends in March.".into()),
                };
                wellarch::acts::review::answer(cx, tx, (&workload, LENS), "SEC-03", &new)?;
            }
            Ok(())
        })
        .await?;
    }
    let of = slug.clone();
    app.write(&cx, move |cx, tx| publish(cx, tx, &of, "Every account has a hardware key since last week.", &second)).await?;
    templates::follow(app, &cx, &slug).await
}

fn said(choices: &[&str], note: &str) -> Said {
    Said { choices: choices.iter().map(|c| (*c).to_owned()).collect(), note: note.to_owned(), ..Said::default() }
}

fn publish(cx: &Ctx, tx: &mut dyn Tx, slug: &str, why: &str, answers: &[TemplateAnswer]) -> Result<()> {
    let based_on = templates::one(cx, tx, slug)?.0.draft.version;
    let new = NewTemplateVersion { based_on, why: why.into(), answers: Some(answers.to_vec()) };
    templates::publish(cx, tx, slug, &new).map(|_| ())
}

fn fact((_, key, item, value, days, source): &(usize, &str, &str, FactKind, u32, &str), cx: &Ctx) -> NewFact {
    NewFact {
        key: (*key).to_owned(),
        item: (*item).to_owned(),
        value: match value {
            FactKind::Yes => FactValue::Yes(true),
            FactKind::Number(n) => FactValue::Number(*n),
        },
        observed_at: Some(cx.now.minus(DAY * *days)),
        valid_until: None,
        source: (*source).to_owned(),
        url: String::new(),
    }
}
