//! The overview of a group of a thousand teams, as a page and as JSON: how many a second, how long an answer takes at half
//! of that, and the same while teams correct their values. Nothing keeps a page; what is kept is said in `report`.

use std::rc::Rc;
use std::time::Duration;

use kernel::time::Stopwatch;

use crate::bare;
use crate::figure::{Aim, Figure, say};
use crate::folder::Folder;
use crate::http::Target;
use crate::large;
use crate::load::{Found, Make, block_on, closed, open};
use crate::plan::Plan;
use crate::server::Server;

const CLIENTS: usize = 4;

/// Corrections a second, each of all values of another team's sprint.
const CORRECTIONS: f64 = 10.0;

/// Answers that a p99 is taken of, at least.
const ANSWERS: f64 = 200.0;

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let folder = Folder::new()?;
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let watch = Stopwatch::start();
    let target = block_on(large::fill(&server, folder.path()))??;
    let (teams, metrics, sprints) = (large::TEAMS, large::METRICS, large::SPRINTS);
    say(&format!("  {teams} teams x {metrics} metrics x {sprints} sprints put in within {:.0} s", watch.elapsed().as_secs_f64()));
    let used = server.memory()?;
    drop(server);
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let target = Target { address: server.address, ..target };
    let mut first = Figure::absolute("first overview after a start", Aim::None, "s");
    let watch = Stopwatch::start();
    block_on(async { anyhow::Ok(target.connect().await?.good(&target.request("GET", "/overview/ports", "")).await?.len()) })??;
    first.one(watch.elapsed().as_secs_f64());
    let mut out = vec![first];
    out.extend(side(plan, &target, "page", "/overview/ports")?);
    out.extend(side(plan, &target, "JSON", "/api/v1/groups/ports/overview")?);
    let mut memory = Figure::absolute("memory after that", Aim::None, "MB");
    memory.one(server.memory()?);
    memory.note = format!("{used:.0} MB after the values were put in");
    out.push(memory);
    Ok(out)
}

fn side(plan: &Plan, target: &Target, name: &str, path: &str) -> anyhow::Result<Vec<Figure>> {
    let request = target.request("GET", path, "");
    let size = block_on(async { anyhow::Ok(target.connect().await?.good(&request).await?.len()) })??;
    let fixed = bare::start(size)?;
    let other = Target { address: fixed.address, token: String::new() };
    let mut rate = Figure::ratio_of(format!("overview of 1,000 teams, {name}, beside a fixed body"), Aim::None, "a second");
    let mut p99 = Figure::absolute(format!("{name}, p99 at half of saturation"), Aim::AtMost(50.0), "ms");
    let mut busy = Figure::absolute(format!("{name}, p99 at half, while teams correct values"), Aim::None, "ms");
    let (warm, span) = (plan.warm, plan.span.max(Duration::from_secs(1)));
    for _ in 0..plan.rounds {
        let theirs = block_on(closed(&other, CLIENTS, warm, plan.span, always(other.request("GET", "/", ""))))??.rate;
        let ours = block_on(closed(target, CLIENTS, warm, span, always(request.clone())))??.rate;
        anyhow::ensure!(ours > 0.0, "no answer within the span");
        rate.pair(ours, theirs);
        let half = ours / 2.0;
        let long = span.max(Duration::from_secs_f64(ANSWERS / half));
        let calm = block_on(open(target, half, warm, long, always(request.clone())))??;
        p99.one(calm.quantile(0.99));
        p99.note = format!("median {:.1} ms at {half:.0} a second in the last round", calm.quantile(0.5));
        let found = corrected(target, half, warm, long, &request)?;
        busy.one(found.quantile(0.99));
        busy.note = format!(
            "median {:.1} ms; {CORRECTIONS:.0} corrections a second of {} values each",
            found.quantile(0.5),
            large::METRICS
        );
    }
    rate.note = format!("{size} bytes");
    Ok(vec![rate, p99, busy])
}

/// Reads while a thread of its own corrects values, so that the readers' clients do not wait for it.
fn corrected(target: &Target, rate: f64, warm: Duration, span: Duration, request: &[u8]) -> anyhow::Result<Found> {
    let at = target.clone();
    let writer = std::thread::spawn(move || {
        let make: Rc<Make> = {
            let at = at.clone();
            Rc::new(move |_, n| at.request("POST", "/api/v1/values", &large::correction(n)))
        };
        block_on(open(&at, CORRECTIONS, Duration::ZERO, warm + span, make))
    });
    let found = block_on(open(target, rate, warm, span, always(request.to_vec())))??;
    writer.join().map_err(|_| anyhow::anyhow!("the writer's thread ended"))???;
    Ok(found)
}

fn always(request: Vec<u8>) -> Rc<Make> {
    Rc::new(move |_, _| request.clone())
}
