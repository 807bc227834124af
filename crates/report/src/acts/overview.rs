//! Loads the reports of a group's sprint, and how far each is.
//!
//! An overview of a thousand teams cannot make a thousand reports each time somebody looks. What it shows of a report, its
//! digest, follows from the report and from nothing else, and is kept in memory until the report would say something else.
//! Whatever all teams share, and what the report's own room knows, is read in the overview's own snapshot and compared.
//! Values, notes, baselines and exemptions, of which there are too many, are announced on the team's topic by whoever
//! changes them. Time is in it too: a value that grows too old ends its digest.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use catalogue::{Group, Sprint, Team};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx};
use marks::Mark;
use marks::store::Window;
use metrics::definition::{SubjectKind, Versioned};

use crate::document::{Named, Signature, Stage, Words};
use crate::overview::{Digest, GroupList, Overview, next_turn};
use crate::rules::HISTORY;
use crate::store::{self, digest};

/// Shortest and longest that a digest is kept. News from another instance come with a delay, and not at all if this one
/// lost its connection for long; so nothing is kept for good. The spread keeps a group's digests from ending together.
const KEPT_FOR: (Duration, Duration) = (Duration::from_secs(600), Duration::from_secs(1200));

/// Reports that one read makes at most when many are to be made, so that no snapshot is held for long.
const STEP: usize = 100;

/// Marks of a group that are looked at, the newest.
const MOST_MARKS: i64 = 1_000;

/// Rounds in which an overview is prepared; after them it is made in one read, whatever is missing.
const ROUNDS: usize = 200;

/// The sprint that is being reported: the last that has closed, or the first if none has.
///
/// # Errors
/// [`kernel::Error::NotFound`] if the calendar is empty.
pub(crate) fn reporting_sprint(cx: &Ctx, tx: &mut dyn Tx, group: Id) -> Result<Sprint> {
    match catalogue::store::last_closed_sprint(tx, group, cx.now)? {
        Some(s) => Ok(s),
        None => catalogue::store::current_sprint(tx, group, cx.now),
    }
}

/// What every report of a group's sprint is made from beside its team's own. What differs in anything is another.
#[derive(PartialEq)]
struct Shared {
    group: Group,
    sprint: i64,
    sprints: Vec<Sprint>,
    next_ends: Option<Time>,
    day: Date,
    template: i64,
    definitions: Vec<(String, i64)>,
    pillars: Vec<(String, String)>,
    /// Those of the group alone: nobody announces them on a team's topic.
    marks: Vec<Mark>,
}

/// Workloads and services with their slugs and names.
type Things = Vec<(Id, String, String)>;

/// What a team's report is made from that this room and the catalogue know.
#[derive(Clone, PartialEq)]
struct Own {
    team: Named,
    subjects: Things,
    win: Option<Words>,
    ready: Option<Signature>,
    frozen: bool,
}

/// A digest with what it was made from.
struct Kept {
    shared: Arc<Shared>,
    own: Own,
    /// Changes announced on the team's topic before the snapshot that it was made from.
    heard: u64,
    ends: Time,
    digest: Arc<Digest>,
}

/// A team whose topic is listened to.
struct Listened {
    heard: Box<dyn Fn() -> u64 + Send>,
    kept: Option<Kept>,
}

/// Digests of one application's reports, by team.
#[derive(Default)]
pub struct Digests {
    teams: Mutex<HashMap<Id, Listened>>,
    /// The newest of each group, so that a thousand teams compare an address.
    shared: Mutex<HashMap<Id, Arc<Shared>>>,
    /// Held while a group's reports are made, so that many who look at once wait for one.
    turns: Mutex<BTreeMap<Id, Arc<Mutex<()>>>>,
}

impl Digests {
    /// What is shared, as an earlier look found it, if nothing of it is another.
    fn newest(&self, found: Shared) -> Arc<Shared> {
        let mut known = lock(&self.shared);
        match known.get(&found.group.id) {
            Some(same) if **same == found => Arc::clone(same),
            _ => {
                let found = Arc::new(found);
                known.insert(found.group.id, Arc::clone(&found));
                found
            }
        }
    }
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was known before a snapshot began.
struct Before {
    app: App,
    digests: Arc<Digests>,
    announced: u64,
    heard: HashMap<Id, u64>,
}

impl Before {
    fn now(app: &App) -> Self {
        let digests = app.state::<Digests>();
        let announced = app.live.announced();
        let heard = lock(&digests.teams).iter().map(|(id, l)| (*id, (l.heard)())).collect();
        Self { app: app.clone(), digests, announced, heard }
    }

    /// Listens to the teams; returns for each what had been announced before the snapshot, none if that cannot be told.
    fn listen(&self, teams: &[Team]) -> Vec<Option<u64>> {
        let mut known = lock(&self.digests.teams);
        let mut listen = |t: &Team| {
            if let Some(heard) = self.heard.get(&t.id) {
                return Some(*heard);
            }
            let listened = known.entry(t.id).or_insert_with(|| {
                let news = self.app.live.listen(&format!("team:{}", t.id));
                Listened { heard: Box::new(move || *news.borrow()), kept: None }
            });
            // If nothing at all was announced since, then nothing of this team either.
            let heard = (listened.heard)();
            (self.app.live.announced() == self.announced).then_some(heard)
        };
        teams.iter().map(&mut listen).collect()
    }

    fn turn(&self, group: Id) -> Arc<Mutex<()>> {
        Arc::clone(lock(&self.digests.turns).entry(group).or_default())
    }
}

/// A team of the overview.
struct Wanted {
    team: Team,
    own: Own,
    heard: Option<u64>,
    digest: Option<Arc<Digest>>,
}

/// A group's sprint with its teams and what is known of their reports.
struct Loading<'a> {
    before: &'a Before,
    sprint: Sprint,
    shared: Arc<Shared>,
    fresh: HashMap<String, u32>,
    teams: Vec<Wanted>,
}

impl<'a> Loading<'a> {
    fn begin(cx: &Ctx, tx: &mut dyn Tx, before: &'a Before, group: &Group) -> Result<Self> {
        let sprint = reporting_sprint(cx, tx, group.id)?;
        let definitions = metrics::store::definitions(tx, "", 10_000)?;
        let shared = before.digests.newest(shared(cx, tx, group, &sprint, &definitions)?);
        let teams = catalogue::store::teams(tx, Some(group.id))?;
        let mut subjects = subjects(tx, &definitions)?;
        let mut wins = digest::wins(tx, group.id, sprint.number)?;
        let mut ready = digest::ready(tx, group.id, sprint.number)?;
        let frozen = digest::frozen(tx, group.id, sprint.number)?;
        let heard = before.listen(&teams);
        let fresh = definitions.into_iter().filter_map(|v| Some((v.definition.key, v.definition.fresh_days?))).collect();
        let wanted = teams.into_iter().zip(heard).map(|(team, heard)| {
            let own = Own {
                team: Named { slug: team.slug.clone(), name: team.name.clone() },
                subjects: subjects.remove(&team.id).unwrap_or_default(),
                win: wins.remove(&team.id),
                ready: ready.remove(&team.id),
                frozen: frozen.contains(&team.id),
            };
            Wanted { team, own, heard, digest: None }
        });
        let teams = wanted.collect();
        Ok(Self { before, sprint, shared, fresh, teams })
    }

    /// Takes what is kept and still true.
    fn take_kept(&mut self, now: Time) {
        let known = lock(&self.before.digests.teams);
        for w in self.teams.iter_mut().filter(|w| w.digest.is_none()) {
            w.digest = known.get(&w.team.id).and_then(|l| {
                let kept = l.kept.as_ref()?;
                let holds =
                    kept.heard == (l.heard)() && now < kept.ends && Arc::ptr_eq(&kept.shared, &self.shared) && kept.own == w.own;
                holds.then(|| Arc::clone(&kept.digest))
            });
        }
    }

    /// Makes what is missing, at most so many of those that can be kept, or all; true if nothing is missing then.
    fn make(&mut self, cx: &Ctx, tx: &mut dyn Tx, most: Option<usize>) -> Result<bool> {
        self.take_kept(cx.now);
        if self.teams.iter().all(|w| w.digest.is_some()) {
            return Ok(true);
        }
        let turn = self.before.turn(self.shared.group.id);
        let _mine = lock(&turn);
        self.take_kept(cx.now);
        let mut left = most.unwrap_or(usize::MAX);
        for w in self.teams.iter_mut().filter(|w| w.digest.is_none()) {
            if left == 0 {
                return Ok(false);
            }
            if most.is_some() && w.heard.is_none() {
                continue;
            }
            left -= 1;
            let document = super::show(cx, tx, &w.team, self.sprint.number)?;
            let turns = if w.own.frozen { None } else { next_turn(&document, &self.fresh) };
            let kept_until = cx.now.plus(kept_for(w.team.id));
            let made = Arc::new(Digest::of(&document));
            w.digest = Some(Arc::clone(&made));
            if let (Some(heard), Some(l)) = (w.heard, lock(&self.before.digests.teams).get_mut(&w.team.id)) {
                let ends = turns.map_or(kept_until, |t| t.min(kept_until));
                l.kept = Some(Kept { shared: Arc::clone(&self.shared), own: w.own.clone(), heard, ends, digest: made });
            }
        }
        Ok(self.teams.iter().all(|w| w.digest.is_some()))
    }
}

fn kept_for(team: Id) -> Duration {
    let mut hasher = DefaultHasher::new();
    team.hash(&mut hasher);
    let (least, most) = KEPT_FOR;
    least + Duration::from_secs(hasher.finish() % (most - least).as_secs())
}

fn shared(cx: &Ctx, tx: &mut dyn Tx, group: &Group, sprint: &Sprint, definitions: &[Versioned]) -> Result<Shared> {
    let calendar = catalogue::store::calendar(tx, group.id)?;
    let today = cx.now.jiff().in_tz(&group.zone).map_err(Error::internal)?.date();
    let sprints = calendar.until(sprint.number, HISTORY);
    let window = Window::of(sprints.first().map_or(sprint.starts, |s| s.starts), sprint.ends);
    Ok(Shared {
        group: group.clone(),
        sprint: sprint.number,
        sprints,
        next_ends: calendar.sprint(sprint.number + 1).map(|s| s.ends),
        // A report of a sprint that is over is looked at on its last day.
        day: today.min(sprint.end_day),
        template: store::template(tx, group.id)?.version,
        definitions: definitions.iter().map(|v| (v.definition.key.clone(), v.version)).collect(),
        pillars: metrics::store::pillars(tx)?,
        marks: marks::store::on(tx, group.id, &window, MOST_MARKS)?,
    })
}

/// Workloads and services of each team, if anything is measured for them.
fn subjects(tx: &mut dyn Tx, definitions: &[Versioned]) -> Result<HashMap<Id, Things>> {
    let mut out: HashMap<Id, Things> = HashMap::new();
    let any = |kind: SubjectKind| definitions.iter().any(|v| v.definition.subject == kind);
    if any(SubjectKind::Workload) {
        for w in catalogue::store::workloads(tx)? {
            out.entry(w.team).or_default().push((w.id, w.slug, w.name));
        }
    }
    if any(SubjectKind::Service) {
        for s in catalogue::store::services(tx)? {
            out.entry(s.team).or_default().push((s.id, s.slug, s.name));
        }
    }
    Ok(out)
}

/// A group's overview. Reports that nobody has looked at since they changed are made in steps first, each in a read of its
/// own.
///
/// # Errors
/// [`kernel::Error::NotFound`] for a group that is not there; the engine's.
pub async fn read(app: &App, cx: &Ctx, slug: String) -> Result<Overview> {
    cx.require_signed_in()?;
    for _ in 0..ROUNDS {
        let (before, slug) = (Before::now(app), slug.clone());
        let found = app.read(cx, move |cx, tx| step(cx, tx, &before, &slug, Some(STEP))).await?;
        if let Some(found) = found {
            return Ok(found);
        }
    }
    let before = Before::now(app);
    let found = app.read(cx, move |cx, tx| step(cx, tx, &before, &slug, None)).await?;
    found.ok_or_else(|| Error::internal("an overview without one of its reports"))
}

fn step(cx: &Ctx, tx: &mut dyn Tx, before: &Before, slug: &str, most: Option<usize>) -> Result<Option<Overview>> {
    let group = catalogue::store::group_by_slug(tx, slug)?;
    let mut loading = Loading::begin(cx, tx, before, &group)?;
    if !loading.make(cx, tx, most)? {
        return Ok(None);
    }
    let sprint = loading.sprint;
    let reports = loading.teams.into_iter().filter_map(|w| w.digest).collect();
    let dates = crate::rules::dates(sprint.first_day, sprint.end_day);
    let facilitators = people::people_with_role(tx, people::Role::Facilitator, Some(group.id))?;
    let facilitators = facilitators.into_iter().map(|p| p.name).collect();
    let shared = super::shared::of(&before.app, cx, tx, &group.slug)?;
    let work = super::work::of_group(cx, tx, &group)?;
    let ahead = super::ahead::of(cx, tx, &group)?;
    let organisation = people::organisation(tx)?.name;
    Ok(Some(Overview { organisation, group, sprint, dates, facilitators, reports, shared, ahead, work }))
}

/// All groups with their teams' reports.
///
/// # Errors
/// The engine's.
pub fn all(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<GroupList>> {
    cx.require_signed_in()?;
    let mut out = Vec::new();
    for group in catalogue::store::groups(tx)? {
        let sprint = match reporting_sprint(cx, tx, group.id) {
            Ok(s) => Some(s),
            Err(kernel::Error::NotFound(_)) => None,
            Err(e) => return Err(e),
        };
        let (ready, frozen) = match &sprint {
            Some(s) => (digest::ready(tx, group.id, s.number)?, digest::frozen(tx, group.id, s.number)?),
            None => Default::default(),
        };
        let stage = |t: &Team| match () {
            () if frozen.contains(&t.id) => Stage::Reviewed,
            () if ready.contains_key(&t.id) => Stage::Ready,
            () => Stage::Draft,
        };
        let teams = catalogue::store::teams(tx, Some(group.id))?;
        let teams = teams
            .into_iter()
            .map(|t| {
                let s = stage(&t);
                (t, s)
            })
            .collect();
        out.push(GroupList { group, sprint, teams });
    }
    Ok(out)
}
