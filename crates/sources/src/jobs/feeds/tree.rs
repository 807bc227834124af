//! Reads the catalogue files of a git repository, at one revision.

use catalogue::acts::import::Fetched;
use catalogue::backstage::MAX_FILE;
use catalogue::wanted::{File, MOST_FILES};
use kernel::web::App;

use super::super::collect::exchange::BYTES;
use crate::git::{self, Files, Most, Repo};
use crate::rules::{FeedGit, Globs};

/// How much one run reads.
const MOST: Most = Most { files: MOST_FILES, one: MAX_FILE as u64, all: BYTES as u64 };

/// All files that the feed wants, and how many links were passed over.
///
/// Errors: why not all of them could be read; a sentence or two.
pub(super) async fn files(app: &App, g: &FeedGit) -> Result<(Fetched, usize), String> {
    let settings = git::reach(&app.http, &g.url, g.secret.as_deref()).await?;
    let globs = Globs::new(&g.paths)?;
    let (roots, cache) = (app.config.git.roots.clone(), app.config.data.join("git"));
    let g = g.clone();
    let (tell, answer) = tokio::sync::oneshot::channel();
    // A thread of its own and not tokio's pool, which a server that stops would wait for.
    let started = std::thread::Builder::new().name("git".into()).spawn(move || {
        let found = Repo::open_with(&g.url, &cache, &roots, &settings)
            .and_then(|repo| repo.files(&g.revision, &|path| globs.takes(path), MOST));
        // Nobody listens any more after the limit; git's own limits end the thread.
        let _ = tell.send(found.map_err(|e| e.to_string()));
    });
    started.map_err(|e| format!("No thread could be started to read the repository: {e}."))?;
    let Files { found, links } = answer.await.unwrap_or_else(|_| Err("Reading the repository ended without an answer.".into()))?;
    Ok((Fetched::Files(found.into_iter().map(|(name, text)| File { name, text }).collect()), links))
}
