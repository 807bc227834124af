//! Benchmarks beside their peers: each figure is a ratio of two rates measured in turns on the same two cores. See README.md.

mod acts;
mod bare;
mod batches;
mod documents;
mod figure;
mod folder;
mod http;
mod large;
mod lenses;
mod listeners;
mod load;
mod noise;
mod over_http;
mod overview;
mod plan;
mod postgres;
mod reads;
mod reports;
mod server;
mod start;
mod thread;
mod verdicts;
mod world;

use std::process::ExitCode;

use anyhow::{Context, bail};

use figure::{Figure, say};
use plan::Plan;

/// A benchmark: its name, what it is about, and how it runs.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Plan) -> anyhow::Result<Vec<Figure>>,
}

static ALL: &[Bench] = &[
    Bench { name: "acts", about: "durable acts in process beside one SQLite thread", run: acts::run },
    Bench { name: "http", about: "durable acts over HTTP beside that thread", run: over_http::run },
    Bench { name: "postgres", about: "durable acts on PostgreSQL beside pgbench; aborts", run: postgres::run },
    Bench { name: "batches", about: "batches of 1,000 values beside one SQLite thread", run: batches::run },
    Bench { name: "reads", about: "reports read beside 64 writers", run: reads::run },
    Bench { name: "documents", about: "reports as JSON and as pages beside a fixed body", run: documents::run },
    Bench { name: "verdicts", about: "10,000 verdicts of 26 points on one core", run: verdicts::run },
    Bench { name: "risk", about: "the risk of a review of the core lens beside rules walked as text", run: lenses::risk },
    Bench { name: "lint", about: "the check of the largest lens", run: lenses::lint },
    Bench { name: "prevalence", about: "what 10,000 reviews say together beside a loop over all rows", run: lenses::prevalence },
    Bench { name: "overview", about: "the overview of 1,000 teams x 30 metrics x 26 sprints", run: overview::run },
    Bench { name: "reports", about: "reports read beside Django", run: reports::run },
    Bench { name: "listeners", about: "a review that 1,000 listen to; 4,000 that hear nothing", run: listeners::run },
    Bench { name: "start", about: "cold start, idle memory, size of the binary", run: start::run },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // A process of its own for the server that the documents are compared with.
    if let [word, size] = args.as_slice()
        && word == bare::WORD
    {
        return done(bare::serve(size));
    }
    if args == ["hold"] {
        return done(hold());
    }
    done(run(&args))
}

/// A filled server to look at with other tools, until standard input ends.
fn hold() -> anyhow::Result<()> {
    let folder = folder::Folder::new()?;
    let server = server::Server::start(&server::build()?, folder.path(), None)?;
    let target = load::block_on(world::fill(&server, folder.path()))??;
    say(&format!("http://{} process {} token {}\n{}", target.address, server.process(), target.token, folder.path().display()));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}

fn done(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            say(&format!("bellwether-bench: {e:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> anyhow::Result<()> {
    let quick = args.iter().any(|a| a == "quick");
    let named: Vec<&str> = args.iter().map(String::as_str).filter(|a| *a != "quick").collect();
    if let Some(unknown) = named.iter().find(|n| !ALL.iter().any(|b| b.name == **n)) {
        let known: Vec<String> = ALL.iter().map(|b| format!("  {:<10} {}", b.name, b.about)).collect();
        bail!(
            "there is no benchmark “{unknown}”. Name some of these, or none for all; add “quick” for a short run.\n{}",
            known.join("\n")
        );
    }
    let plan = if quick { Plan::quick() } else { Plan::full() };
    say("Building the release binary, if it is not up to date …");
    let binary = server::build().context("the release binary")?;
    let plan = Plan { binary, ..plan };
    say(&plan.head());
    let mut all = Vec::new();
    for bench in ALL.iter().filter(|b| named.is_empty() || named.contains(&b.name)) {
        say(&format!("\n{}: {}", bench.name, bench.about));
        let figures = (bench.run)(&plan).with_context(|| bench.name.to_owned())?;
        for f in &figures {
            say(&f.line());
        }
        all.extend(figures);
    }
    say(&format!("\n{}", figure::summary(&all)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each benchmark runs through with tiny counts and gives figures; what they are is not judged.
    #[test]
    fn those_without_the_release_binary_run() {
        let figures = acts::run(&Plan::tiny()).unwrap();
        assert!(figures.iter().all(|f| f.ratio().is_finite()), "{figures:?}");
        assert_eq!(figures.len(), 2);
    }
}
