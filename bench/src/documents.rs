//! Reports as they are read: the JSON of a reviewed one and the page of a draft, beside a fixed body of the same size from
//! the same HTTP stack; and how long an answer takes at half of what is possible.

use std::rc::Rc;

use crate::bare;
use crate::figure::{Aim, Figure};
use crate::folder::Folder;
use crate::http::Target;
use crate::load::{Make, block_on, closed, open};
use crate::plan::Plan;
use crate::server::Server;
use crate::world::{self, SPRINTS};

const CLIENTS: usize = 16;

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let folder = Folder::new()?;
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let target = block_on(world::fill(&server, folder.path()))??;
    // Eight reports were reviewed.
    let json = |n: usize| format!("/api/v1{}", world::report(n % 8, SPRINTS - 1));
    let page = |n: usize| world::report(n, SPRINTS);
    let mut out = pair(plan, &target, "JSON of a reviewed report", 0.5, json)?;
    out.extend(pair(plan, &target, "page of a draft report", 0.1, page)?);
    Ok(out)
}

fn pair(plan: &Plan, target: &Target, name: &str, least: f64, path: fn(usize) -> String) -> anyhow::Result<Vec<Figure>> {
    let size = block_on(async { anyhow::Ok(target.connect().await?.good(&target.request("GET", &path(0), "")).await?.len()) })??;
    let fixed = bare::start(size)?;
    let other = Target { address: fixed.address, token: String::new() };
    let mut ratio = Figure::ratio_of(name, Aim::AtLeast(least), "a second");
    let mut p99 = Figure::absolute(format!("{name}, p99 at half of saturation"), Aim::None, "ms");
    for _ in 0..plan.rounds {
        let theirs = block_on(closed(&other, CLIENTS, plan.warm, plan.span, always(other.request("GET", "/", ""))))??.rate;
        let ours = block_on(closed(target, CLIENTS, plan.warm, plan.span, of(target, path)))??.rate;
        anyhow::ensure!(ours > 0.0, "no answer within the span");
        ratio.pair(ours, theirs);
        let half = block_on(open(target, ours / 2.0, plan.warm, plan.span, of(target, path)))??;
        p99.one(half.quantile(0.99));
        p99.note = format!("median {:.2} ms at {:.0} a second in the last round", half.quantile(0.5), ours / 2.0);
    }
    ratio.note = format!("{size} bytes");
    Ok(vec![ratio, p99])
}

fn always(request: Vec<u8>) -> Rc<Make> {
    Rc::new(move |_, _| request.clone())
}

/// Requests for one report after the other.
fn of(target: &Target, path: fn(usize) -> String) -> Rc<Make> {
    let all: Vec<Vec<u8>> = (0..world::TEAMS).map(|n| target.request("GET", &path(n), "")).collect();
    Rc::new(move |client, n| all[(client * 7 + n as usize) % all.len()].clone())
}
