//! What it costs to have it: the time from the start of the process to a page, memory when idle, the size of the binary.

use std::time::Duration;

use kernel::time::Stopwatch;

use crate::figure::{Aim, Figure};
use crate::folder::Folder;
use crate::load::block_on;
use crate::plan::Plan;
use crate::server::{Server, free_port};
use crate::world;

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let mut first = Figure::absolute("first start, with migrations, to the first page", Aim::AtMost(0.3), "s");
    let mut later = Figure::absolute("later start, with 64 teams' data, to a page", Aim::AtMost(0.3), "s");
    let mut idle = Figure::absolute("memory when idle, after a later start and a page", Aim::AtMost(40.0), "MB");
    let mut used = Figure::absolute("memory after the data was put in", Aim::None, "MB");
    for _ in 0..plan.rounds {
        let folder = Folder::new()?;
        let server = start(plan, &folder, &mut first, "/start")?;
        block_on(world::fill(&server, folder.path()))??;
        used.one(server.memory()?);
        drop(server);
        let server = start(plan, &folder, &mut later, "/sign-in")?;
        std::thread::sleep(Duration::from_millis(300));
        idle.one(server.memory()?);
    }
    let mut size = Figure::absolute("size of the binary", Aim::AtMost(40.0), "MB");
    size.one(std::fs::metadata(&plan.binary)?.len() as f64 / 1e6);
    Ok(vec![first, later, idle, used, size])
}

fn start(plan: &Plan, folder: &Folder, figure: &mut Figure, page: &str) -> anyhow::Result<Server> {
    let address = free_port()?;
    let watch = Stopwatch::start();
    let mut server = Server::of(Server::spawn(&plan.binary, folder.path(), None, address)?, address);
    server.wait(page)?;
    figure.one(watch.elapsed().as_secs_f64());
    Ok(server)
}
