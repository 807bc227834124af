//! One reading of a repository and the figures that are taken from it.

use std::collections::HashSet;
use std::ffi::OsStr;

use serde::{Deserialize, Serialize};

use super::error::{GitError, said};
use super::graph::{Builder, Graph, GraphError, NONE};
use super::leads::Leads;
use super::run::{Git, Reach};
use super::tags::{self, Tag};

/// Figures of a whole history, as `bellwether git facts` prints them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GitFacts {
    /// Commits that the revision can reach, merges included.
    pub commits: u64,
    /// Of these, commits with more than one parent.
    pub merges: u64,
    /// Commits on the chain of first parents from the revision.
    pub first_parent: u64,
    /// Tags of the repository, whatever they point to and whether the revision reaches it or not.
    pub tags: u64,
    /// Commits that at least one tag contains, also on branches that the revision does not reach.
    pub tagged_commits: u64,
    /// Median in days from committer time to the creation of the first tag, by creation time, that contains the commit;
    /// merges included, negative times kept. `None` when no tag contains a commit.
    pub median_lead_days: Option<f64>,
    /// The same at rank floor(0.9 (n - 1)), counted from 0.
    pub p90_lead_days: Option<f64>,
}

/// Figures of one period `[from, to)`. People are counted, never named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodFacts {
    /// Commits reachable from the revision with a committer time in the period and at most one parent.
    pub commits: u64,
    /// The same with more than one parent.
    pub merges: u64,
    /// Distinct author addresses, compared byte by byte, of these commits and merges.
    pub authors: u64,
    /// Tags created in the period, on any branch.
    pub tags: u64,
    /// Of these, tags that are the first to contain at least one commit: a second name for what was released is none.
    pub releases: u64,
    /// Lead times of the commits, merges included, whose first tag was created in the period. `None`: there are none.
    pub lead: Option<PeriodLead>,
    /// The same without merges, which is the default of delivery metrics.
    pub lead_without_merges: Option<PeriodLead>,
    /// Commits of the whole history without a readable date: in no period, and not among the lead times.
    pub undated: u64,
}

/// Lead times of one period, in days of 86,400 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PeriodLead {
    /// Number of commits; at least one.
    pub n: u64,
    /// Of these, commits dated after the tag that released them; kept in both figures.
    pub negative: u64,
    /// Median; of two middle values their mean.
    pub median_days: f64,
    /// Value at rank floor(0.85 (n - 1)), counted from 0.
    pub p85_days: f64,
    /// Value at rank floor(0.90 (n - 1)), counted from 0.
    pub p90_days: f64,
}

impl From<Leads> for PeriodLead {
    fn from(leads: Leads) -> Self {
        Self {
            n: leads.n,
            negative: leads.negative,
            median_days: leads.median_days(),
            p85_days: leads.p85_days(),
            p90_days: leads.p90_days(),
        }
    }
}

/// Which commits give a lead time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All of them.
    All,
    /// Those with at most one parent.
    WithoutMerges,
}

/// A history in memory: read once, asked often.
#[derive(Debug)]
pub struct History {
    git: Git,
    head: u32,
    graph: Graph,
    /// Whether the revision reaches each commit.
    reached: Vec<bool>,
    tags: Vec<Tag>,
    /// Place in `tags` of the first tag that contains each commit, else `NONE`.
    first: Vec<u32>,
}

impl History {
    /// Reads everything that `rev` and the tags reach. At most five git processes, whatever the size.
    ///
    /// Errors: `BadRevision`, `UnknownRevision`, `Empty`, `Shallow`, `Damaged`, `TooMuch`, `TimedOut`, `NoGit`.
    pub(crate) fn read(git: Git, rev: &str) -> Result<Self, GitError> {
        refuse_shallow(&git)?;
        let head = resolve(&git, rev)?;
        let tags = tags::read(&git)?;
        let mut wanted = format!("{head}\n");
        for id in tags.iter().filter_map(|t| t.commit.as_ref()) {
            wanted.push_str(id);
            wanted.push('\n');
        }
        let limit = git.settings.commits;
        let mut builder = Builder::new(limit);
        let damaged = |detail: String| GitError::Damaged { path: git.path().to_owned(), detail };
        let args = ["rev-list", "--parents", "--timestamp", "--stdin"].map(OsStr::new);
        let ended = git.stream(Reach::Local, "reading the history", &args, wanted.into_bytes(), &mut |line| {
            builder.line(line).map_err(|e| match e {
                GraphError::TooMany => GitError::TooMuch { what: "commits", limit: u64::from(limit) },
                GraphError::Line(line) => damaged(format!("'{line}' is not a commit")),
            })
        })?;
        if !ended.ok {
            return Err(damaged(said(&ended.stderr)));
        }
        let place = |id: &str| builder.find(id).ok_or_else(|| damaged(format!("commit {id} was not given")));
        let head = place(&head)?;
        let targets = tags.iter().map(|t| t.commit.as_deref().map_or(Ok(NONE), place)).collect::<Result<Vec<u32>, _>>()?;
        let graph = builder.finish().map_err(|id| damaged(format!("commit {id} is missing")))?;
        let reached = graph.first_tags(std::iter::once(head)).iter().map(|f| *f != NONE).collect();
        let first = graph.first_tags(targets.into_iter());
        Ok(Self { git, head, graph, reached, tags, first })
    }

    /// The commit that the revision names, in hexadecimal.
    pub fn head(&self) -> String {
        self.graph.hex(self.head)
    }

    /// All tags in order of creation, those without a date last.
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// Figures of the whole history.
    pub fn facts(&self) -> GitFacts {
        let leads = self.leads(Among::All);
        GitFacts {
            commits: self.reachable().count() as u64,
            merges: self.reachable().filter(|at| self.graph.is_merge(*at)).count() as u64,
            first_parent: self.graph.first_parents(self.head),
            tags: self.tags.len() as u64,
            tagged_commits: self.first.iter().filter(|f| **f != NONE).count() as u64,
            median_lead_days: leads.map(|l| l.median_days()),
            p90_lead_days: leads.map(|l| l.p90_days()),
        }
    }

    /// Lead times of all commits that a tag contains; `None` when there are none.
    pub fn leads(&self, among: Among) -> Option<Leads> {
        Leads::of(self.lead_seconds(among, &|_| true))
    }

    /// For each tag, in the order of [`History::tags`], the number of commits that it is the first to contain.
    pub fn added(&self) -> Vec<u64> {
        let mut added = vec![0; self.tags.len()];
        for place in self.first.iter().filter(|f| **f != NONE) {
            added[*place as usize] += 1;
        }
        added
    }

    /// Figures of the period from `from_us` up to, but without, `to_us` (Unix microseconds).
    ///
    /// Starts one git process when there are commits in the period, to count authors. Errors: as of that process.
    pub fn period(&self, from_us: i64, to_us: i64) -> Result<PeriodFacts, GitError> {
        let (commits, merges) = self.commits(from_us, to_us);
        let lead = |among| self.leads_of(among, from_us, to_us).map(PeriodLead::from);
        Ok(PeriodFacts {
            commits,
            merges,
            authors: self.people(from_us, to_us)?,
            tags: self.tags_of(from_us, to_us),
            releases: self.releases(from_us, to_us),
            lead: lead(Among::All),
            lead_without_merges: lead(Among::WithoutMerges),
            undated: self.undated(),
        })
    }

    /// Commits with at most one parent, and merges, of the revision in a period.
    pub fn commits(&self, from_us: i64, to_us: i64) -> (u64, u64) {
        let of = self.of_period(from_us, to_us);
        let merges = of.iter().filter(|at| self.graph.is_merge(**at)).count() as u64;
        (of.len() as u64 - merges, merges)
    }

    /// Distinct author addresses of a period's commits and merges. Errors: as of the git process that it starts.
    pub fn people(&self, from_us: i64, to_us: i64) -> Result<u64, GitError> {
        self.authors(&self.of_period(from_us, to_us))
    }

    /// Tags created in a period, on any branch.
    pub fn tags_of(&self, from_us: i64, to_us: i64) -> u64 {
        self.tags.iter().filter(|t| t.created.is_some_and(|s| inside(from_us, to_us, s))).count() as u64
    }

    /// Tags created in a period that are the first to contain at least one commit.
    pub fn releases(&self, from_us: i64, to_us: i64) -> u64 {
        let with_news = self.tags.iter().zip(self.added()).filter(|(_, added)| *added > 0);
        with_news.filter(|(t, _)| t.created.is_some_and(|s| inside(from_us, to_us, s))).count() as u64
    }

    /// Lead times of commits whose first tag was created in a period.
    pub fn leads_of(&self, among: Among, from_us: i64, to_us: i64) -> Option<Leads> {
        Leads::of(self.lead_seconds(among, &|second| inside(from_us, to_us, second)))
    }

    /// Commits of the whole history without a readable date.
    pub fn undated(&self) -> u64 {
        (0..self.graph.len() as u32).filter(|at| self.graph.time(*at).is_none()).count() as u64
    }

    /// When the history of the revision begins, in Unix microseconds: its earliest commit with a readable date.
    pub fn begins_us(&self) -> Option<i64> {
        self.reachable().filter_map(|at| self.graph.time(at)).min().map(|s| s.saturating_mul(1_000_000))
    }

    fn of_period(&self, from_us: i64, to_us: i64) -> Vec<u32> {
        self.reachable().filter(|at| self.graph.time(*at).is_some_and(|s| inside(from_us, to_us, s))).collect()
    }

    fn reachable(&self) -> impl Iterator<Item = u32> {
        self.reached.iter().enumerate().filter(|(_, r)| **r).map(|(at, _)| at as u32)
    }

    /// Seconds from commit to first tag, of commits whose first tag was created at a time that `created` accepts.
    fn lead_seconds(&self, among: Among, created: &dyn Fn(i64) -> bool) -> Vec<i64> {
        let mut seconds = Vec::new();
        for (at, place) in self.first.iter().enumerate().filter(|(_, place)| **place != NONE) {
            let at = at as u32;
            if among == Among::WithoutMerges && self.graph.is_merge(at) {
                continue;
            }
            // Both lie between 1970 and 9999, so the difference cannot overflow.
            if let (Some(tag), Some(commit)) = (self.tags[*place as usize].created, self.graph.time(at))
                && created(tag)
            {
                seconds.push(tag - commit);
            }
        }
        seconds
    }

    /// Number of distinct author addresses. The addresses live in this function only.
    fn authors(&self, of: &[u32]) -> Result<u64, GitError> {
        if of.is_empty() {
            return Ok(0);
        }
        let mut wanted = String::with_capacity(of.len() * (self.graph.width * 2 + 1));
        for at in of {
            wanted.push_str(&self.graph.hex(*at));
            wanted.push('\n');
        }
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        let args = ["rev-list", "--no-walk=unsorted", "--format=author %ae", "--stdin"].map(OsStr::new);
        let ended = self.git.stream(Reach::Local, "counting authors", &args, wanted.into_bytes(), &mut |line| {
            if let Some(address) = line.strip_prefix(b"author ")
                && !seen.contains(address)
            {
                seen.insert(address.to_vec());
            }
            Ok(())
        })?;
        if !ended.ok {
            return Err(GitError::Damaged { path: self.git.path().to_owned(), detail: said(&ended.stderr) });
        }
        Ok(seen.len() as u64)
    }
}

/// Whether a Unix second lies in `[from_us, to_us)`.
fn inside(from_us: i64, to_us: i64, second: i64) -> bool {
    let us = second.saturating_mul(1_000_000);
    from_us <= us && us < to_us
}

fn refuse_shallow(git: &Git) -> Result<(), GitError> {
    let args = ["rev-parse", "--is-shallow-repository"].map(OsStr::new);
    let (ended, answer) = git.ask(Reach::Local, "opening the repository", &args)?;
    if ended.ok {
        return match answer.starts_with(b"true") {
            true => Err(GitError::Shallow { path: git.path().to_owned() }),
            false => Ok(()),
        };
    }
    let detail = said(&ended.stderr);
    match detail.contains("not a git repository") {
        true => Err(GitError::NotARepository { path: git.path().to_owned() }),
        false => Err(GitError::Damaged { path: git.path().to_owned(), detail }),
    }
}

/// The commit id of a revision. A range, an option or a path never reaches git.
pub(super) fn resolve(git: &Git, rev: &str) -> Result<String, GitError> {
    let odd = rev.is_empty()
        || rev.len() > 1000
        || rev.starts_with(['-', '^', ':'])
        || rev.contains("..")
        || rev.chars().any(|c| c.is_control() || c == ':');
    if odd {
        return Err(GitError::BadRevision { rev: kernel::text::shown(rev, 200) });
    }
    let name = format!("{rev}^{{commit}}");
    let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &name].map(OsStr::new);
    let (ended, answer) = git.ask(Reach::Local, "looking up the revision", &args)?;
    if ended.ok {
        return Ok(String::from_utf8_lossy(&answer).trim_end().to_owned());
    }
    let args = ["for-each-ref", "--count=1", "--format=%(refname)"].map(OsStr::new);
    let (refs, any) = git.ask(Reach::Local, "looking for a branch", &args)?;
    let path = git.path().to_owned();
    match refs.ok && any.is_empty() && !is_id(rev) {
        true => Err(GitError::Empty { path }),
        false => Err(GitError::UnknownRevision { rev: rev.to_owned(), path }),
    }
}

fn is_id(rev: &str) -> bool {
    rev.len() >= 7 && rev.chars().all(|c| c.is_ascii_hexdigit())
}
