//! Reports read while 64 clients write as fast as they can: the slowest hundredth beside that of a server that only reads.

use std::rc::Rc;
use std::time::Duration;

use crate::figure::{Aim, Figure, median};
use crate::folder::Folder;
use crate::http::Target;
use crate::load::{Found, Make, block_on, closed, open};
use crate::over_http::{Versions, writer};
use crate::plan::Plan;
use crate::server::Server;
use crate::world::{self, SPRINTS};

/// Reads a second: somebody turns pages, others too.
const RATE: f64 = 200.0;

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let folder = Folder::new()?;
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let target = block_on(world::fill(&server, folder.path()))??;
    let mut figure = Figure::ratio_of("p99 of reports read beside 64 writers", Aim::AtMost(3.0), "ms");
    let mut writes = Vec::new();
    let versions = Versions::fresh();
    for _ in 0..plan.rounds {
        let span = plan.span * 2;
        let idle = block_on(read(&target, plan.warm, span))??;
        let (busy, written) = beside(&target, plan.warm, span, &versions)?;
        figure.pair(busy.quantile(0.99), idle.quantile(0.99));
        writes.push(written);
    }
    figure.note = format!("{RATE:.0} reads a second at fixed times; {:.0} acts written a second", median(writes));
    Ok(vec![figure])
}

async fn read(target: &Target, warm: Duration, span: Duration) -> anyhow::Result<Found> {
    let at = target.clone();
    let make: Rc<Make> = Rc::new(move |_, n| at.request("GET", &format!("/api/v1{}", world::report(n as usize, SPRINTS)), ""));
    open(target, RATE, warm, span, make).await
}

/// Reads while a thread of its own writes, so that the readers' clients do not wait for the writers'.
fn beside(target: &Target, warm: Duration, span: Duration, versions: &Versions) -> anyhow::Result<(Found, f64)> {
    let (at, versions) = (target.clone(), versions.clone());
    let writers = std::thread::spawn(move || {
        block_on(async { closed(&at, 64, Duration::ZERO, warm + span, writer(&at, &versions)).await.map(|f| f.rate) })
    });
    let found = block_on(read(target, warm, span))??;
    let rate = writers.join().map_err(|_| anyhow::anyhow!("the writers' thread ended"))???;
    Ok((found, rate))
}
