//! Lenses and what follows from answers, on one core: the risk of a whole review, the check of the largest lens, and what ten thousand
//! reviews say together.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use anyhow::Context;
use kernel::config::Config;
use kernel::db::Place;
use kernel::ids::IdSource;
use kernel::time::{Clock, Stopwatch};
use kernel::web::Ctx;
use wellarch::Question;
use wellarch::pages::prevalence::{PrevalencePage, prevalence as page};
use wellarch::published::{Kept, built_in};
use wellarch::review::{Said, standing};
use wellarch::{File, Part, PrevalenceFilter};

use crate::figure::{Aim, Figure};
use crate::folder::Folder;
use crate::noise::Noise;
use crate::plan::Plan;

/// Milliseconds of the best of many passes: what the work costs when nobody else has the core.
fn best(plan: &Plan, mut pass: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    let whole = Stopwatch::start();
    while best.is_infinite() || whole.elapsed() < plan.span / 2 {
        let watch = Stopwatch::start();
        pass();
        best = best.min(watch.elapsed().as_secs_f64() * 1e3);
    }
    best
}

fn core() -> anyhow::Result<&'static Kept> {
    Ok(built_in()?.first().context("the core lens")?)
}

/// Some choices of a question, or none of these.
fn said(q: &Question, noise: &mut Noise) -> Said {
    let choices: Vec<String> = q.choices.iter().filter(|c| !c.none && noise.uniform() < 0.6).map(|c| c.id.clone()).collect();
    Said { none: choices.is_empty(), choices, ..Said::default() }
}

/// The condition read anew and walked as text each time: what a rule costs without a program made of it.
fn plain(text: &str, ticked: &[String]) -> bool {
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('!', " ! ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    any(&words, &mut at, ticked)
}

fn any(words: &[&str], at: &mut usize, ticked: &[String]) -> bool {
    let mut out = all(words, at, ticked);
    while words.get(*at) == Some(&"||") {
        *at += 1;
        let next = all(words, at, ticked);
        out = out || next;
    }
    out
}

fn all(words: &[&str], at: &mut usize, ticked: &[String]) -> bool {
    let mut out = one(words, at, ticked);
    while words.get(*at) == Some(&"&&") {
        *at += 1;
        let next = one(words, at, ticked);
        out = out && next;
    }
    out
}

fn one(words: &[&str], at: &mut usize, ticked: &[String]) -> bool {
    let word = words.get(*at).copied().unwrap_or("");
    *at += 1;
    match word {
        "!" => !one(words, at, ticked),
        "(" => {
            let inner = any(words, at, ticked);
            *at += 1;
            inner
        }
        id => ticked.iter().any(|t| t == id),
    }
}

/// The risk of every question of a review of the core lens.
pub(crate) fn risk(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let lens = &core()?.file.lens;
    let questions: Vec<&Question> = lens.questions().map(|(_, q)| q).collect();
    let name = format!("risk of a review of {} questions", questions.len());
    let mut ours = Figure::absolute(name, Aim::AtMost(50.0), "us");
    let mut beside = Figure::ratio_of("its time beside rules walked as text", Aim::None, "us");
    for round in 0..plan.rounds {
        let mut noise = Noise::new(7 + round as u64);
        let answers: Vec<Said> = questions.iter().map(|q| said(q, &mut noise)).collect();
        let quick = best(plan, || {
            for (q, s) in questions.iter().zip(&answers) {
                black_box(standing(q, Some(black_box(s))));
            }
        }) * 1e3;
        let mut differ = 0;
        let slow = best(plan, || {
            for (q, s) in questions.iter().zip(&answers) {
                let holds = |r: &&wellarch::risk::RiskRule| r.when.as_ref().is_none_or(|w| plain(&w.text, black_box(&s.choices)));
                let found = q.rules.iter().find(holds).map(|r| r.risk);
                differ += usize::from(found.is_some_and(|r| standing(q, Some(s)) != r.into()));
            }
        }) * 1e3;
        anyhow::ensure!(differ == 0, "{differ} risks differ");
        ours.one(quick);
        beside.pair(quick, slow);
    }
    ours.note = "on one core, the best pass of each round; answers at random, both give the same".into();
    Ok(vec![ours, beside])
}

/// Names and bytes of files.
type Files = Vec<(String, Vec<u8>)>;

/// The largest of the built-in lenses and of a folder of others.
fn largest() -> anyhow::Result<(String, Files)> {
    let own = core()?;
    let parts: Files = own.parts.iter().map(|p| (p.name.clone(), p.text.clone().into_bytes())).collect();
    let mut found = ("the core lens".to_owned(), parts);
    let size = |parts: &[(String, Vec<u8>)]| parts.iter().map(|(_, b)| b.len()).sum::<usize>();
    let Some(data) = std::env::var_os("BELLWETHER_DATA").map(PathBuf::from) else { return Ok(found) };
    for folder in ["lens/wa-hub", "lens/connect", "lens/other"] {
        for entry in std::fs::read_dir(data.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.ends_with(".json") || name.ends_with("answers.json") {
                continue;
            }
            let parts = vec![(name.clone(), std::fs::read(entry.path())?)];
            if size(&parts) > size(&found.1) {
                found = (name, parts);
            }
        }
    }
    Ok(found)
}

/// Reading and checking the largest lens: every answer to every question is tried.
pub(crate) fn lint(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let (name, parts) = largest()?;
    let given: Vec<Part<'_>> = parts.iter().map(|(name, bytes)| Part { name, bytes }).collect();
    let mut whole = Figure::absolute(format!("check of {name}"), Aim::AtMost(1.0), "s");
    let mut beside = Figure::ratio_of("its time beside reading it alone", Aim::None, "ms");
    for _ in 0..plan.rounds {
        let mut found = 0;
        let ours = best(plan, || found = File::read(black_box(&given)).map_or(0, |f| f.check(false).len()));
        let alone = best(plan, || {
            let _ = black_box(File::read(black_box(&given)));
        });
        whole.one(ours / 1e3);
        beside.pair(ours, alone);
        whole.note = format!("{} bytes, {found} findings", parts.iter().map(|(_, b)| b.len()).sum::<usize>());
    }
    Ok(vec![whole, beside])
}

/// Reviews that are counted.
const REVIEWS: usize = 10_000;

/// Fills a database file: one team whose workloads each have a review of the core lens, every question answered a week ago.
fn fill(file: &Path, reviews: usize) -> anyhow::Result<()> {
    let kept = core()?;
    let lens = &kept.file.lens;
    let week_ago = Clock::system().now().micros() - 7 * 86_400_000_000;
    let mut conn = rusqlite::Connection::open(file)?;
    let id = |kind: u8, n: usize| format!("019a0000-0000-7000-8{kind:03x}-{n:012x}");
    let tx = conn.transaction()?;
    tx.execute(
        "INSERT INTO review_group (id, slug, folded, name, zone, sprint_days, first_number, first_day, version, made_at) \
         VALUES (?1, 'ports', 'ports', 'Ports', 'UTC', 14, 1, '2026-01-07', 1, ?2)",
        (id(1, 0), week_ago),
    )?;
    tx.execute(
        "INSERT INTO team (id, slug, folded, name, group_id, version, made_at) VALUES (?1, 'cargo', 'cargo', 'Cargo', ?2, 1, ?3)",
        (id(2, 0), id(1, 0), week_ago),
    )?;
    let counts = lens.counts();
    tx.execute(
        "INSERT INTO lens_version (digest, slug, name, version, form, origin, pillars, questions, choices, rules, published_by, published_at) \
         VALUES (?1, ?2, ?3, ?4, 'yaml', 'built-in', ?5, ?6, ?7, ?8, 'bellwether', ?9)",
        rusqlite::params![
            kept.digest,
            kept.slug,
            lens.name,
            lens.version,
            counts.pillars as i64,
            counts.questions as i64,
            counts.choices as i64,
            counts.rules as i64,
            week_ago
        ],
    )?;
    let mut noise = Noise::new(26);
    {
        let mut workload = tx.prepare(
            "INSERT INTO workload (id, slug, folded, name, team, body, version, made_at) VALUES (?1, ?2, ?2, ?2, ?3, '{}', 1, ?4)",
        )?;
        let mut review = tx
            .prepare("INSERT INTO review (id, workload, lens, digest, begun_by, begun_at) VALUES (?1, ?2, ?3, ?4, 'Ingrid', ?5)")?;
        let mut answer = tx.prepare(
            "INSERT INTO review_answer (review, question, version, body, by_name, at) VALUES (?1, ?2, 1, ?3, 'Ingrid', ?4)",
        )?;
        for n in 0..reviews {
            workload.execute((id(3, n), format!("workload-{n}"), id(2, 0), week_ago))?;
            review.execute((id(4, n), id(3, n), &kept.slug, &kept.digest, week_ago))?;
            for (_, q) in lens.questions() {
                answer.execute((id(4, n), &q.id, serde_json::to_string(&said(q, &mut noise))?, week_ago))?;
            }
        }
    }
    tx.commit()?;
    Ok(())
}

/// Counts choices with a loop over all rows: what somebody would write first.
fn naive(file: &Path) -> anyhow::Result<BTreeMap<(String, String), usize>> {
    let conn = rusqlite::Connection::open(file)?;
    let mut rows = conn.prepare(
        "SELECT a.question, a.body FROM review_answer a WHERE a.version = \
         (SELECT MAX(b.version) FROM review_answer b WHERE b.review = a.review AND b.question = a.question)",
    )?;
    let mut out = BTreeMap::new();
    let mut found = rows.query([])?;
    while let Some(row) = found.next()? {
        let (question, body): (String, String) = (row.get(0)?, row.get(1)?);
        for choice in serde_json::from_str::<Said>(&body)?.choices {
            *out.entry((question.clone(), choice)).or_insert(0) += 1;
        }
    }
    Ok(out)
}

/// What ten thousand reviews say together, through the act and the page that a reader gets.
pub(crate) fn prevalence(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    counted(plan, REVIEWS)
}

fn counted(plan: &Plan, reviews: usize) -> anyhow::Result<Vec<Figure>> {
    let folder = Folder::new()?;
    let file = folder.file("bellwether.db");
    let place = Place::File(file.clone());
    let config = Config { data: folder.path().to_owned(), ..Config::default() };
    bellwether::open::upgrade(&config, &place, &Clock::system(), &IdSource::system())?;
    fill(&file, reviews)?;
    let app = bellwether::open::of(config, place)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let filter = PrevalenceFilter { lens: "core".into(), ..PrevalenceFilter::default() };
    let look = || {
        runtime.block_on(async {
            let cx = Ctx::of(bellwether::doctor::owner(), app.now(), "bench");
            let found = wellarch::acts::prevalence::read(&app, &cx, &filter).await?;
            let drawn = page(&PrevalencePage {
                filter: &filter,
                found: Some(&found),
                lenses: &[],
                groups: &[],
                faults: &[],
                now: cx.now,
                zone: "UTC",
            });
            anyhow::Ok((found, drawn.into_string().len()))
        })
    };
    let mut first = Figure::absolute("first look after a start", Aim::None, "s");
    let watch = Stopwatch::start();
    let (found, size) = look()?;
    first.one(watch.elapsed().as_secs_f64());
    anyhow::ensure!(found.reviews == reviews, "{} reviews were counted", found.reviews);
    let mut shown = Figure::absolute(format!("what {reviews} reviews say together, as a page"), Aim::AtMost(100.0), "ms");
    let mut beside = Figure::ratio_of("its time beside a loop over all rows", Aim::None, "ms");
    for _ in 0..plan.rounds {
        let mut failed = None;
        let ours = best(plan, || {
            if let Err(e) = look() {
                failed = Some(e);
            }
        });
        failed.map_or(Ok(()), Err)?;
        let watch = Stopwatch::start();
        let counts = naive(&file)?;
        let theirs = watch.elapsed().as_secs_f64() * 1e3;
        for q in found.pillars.iter().flat_map(|p| &p.questions) {
            for c in q.choices.iter().filter(|c| !c.in_place.few) {
                let k = counts.get(&(q.id.clone(), c.id.clone())).copied().unwrap_or(0);
                anyhow::ensure!(c.in_place.k == Some(k), "{} {}: {:?} and {k}", q.id, c.id, c.in_place.k);
            }
        }
        shown.one(ours);
        beside.pair(ours, theirs);
    }
    shown.note = format!("{size} bytes of HTML, the best pass of each round; both give the same counts");
    Ok(vec![first, shown, beside])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_run() {
        let plan = Plan::tiny();
        for figures in [risk(&plan).unwrap(), lint(&plan).unwrap(), counted(&plan, 12).unwrap()] {
            assert!(figures.iter().all(|f| f.ratio().is_finite() && f.ratio() > 0.0), "{figures:?}");
        }
    }

    #[test]
    fn rules_walked_as_text_hold_as_they_should() {
        let ticked = ["a".to_owned(), "c".to_owned()];
        for (text, holds) in
            [("a && b", false), ("a && !b", true), ("b || (a && c)", true), ("!(a || b)", false), ("a && b || c", true)]
        {
            assert_eq!(plain(text, &ticked), holds, "{text}");
        }
    }
}
