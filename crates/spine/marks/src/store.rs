//! SQL of marks; decides nothing.

use catalogue::Subject;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::mark::{Body, Mark, MarkKind, PlaceKind, TakenBack};
use crate::place::Place;

/// Marks that an axis reads at most from one place; the newest.
const MOST: i64 = 2_000;

kernel::sql! {
    CLAIM = "INSERT INTO mark (id, origin, subject_kind, subject, kind, title, url, starts, ends, made_by, made_at, back_by, back_at, \
        back_reason) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT, $9::BIGINT, $10::TEXT, \
        $11::BIGINT, NULL, NULL, NULL) ON CONFLICT (origin) DO NOTHING";
    CHANGE = "UPDATE mark SET kind = $2::TEXT, title = $3::TEXT, url = $4::TEXT, starts = $5::BIGINT, ends = $6::BIGINT \
        WHERE id = $1::TEXT";
    TAKE_BACK = "UPDATE mark SET back_by = $2::TEXT, back_at = $3::BIGINT, back_reason = $4::TEXT \
        WHERE id = $1::TEXT AND back_at IS NULL";
    PLACE = "INSERT INTO mark_place (place, starts, mark, own) VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::BIGINT)";
    FOLLOW = "INSERT INTO mark_place (place, starts, mark, own) SELECT $2::TEXT, p.starts, p.mark, p.own FROM mark_place p \
        WHERE p.place = $1::TEXT ON CONFLICT (place, starts, mark) DO NOTHING";
    MOVE = "UPDATE mark_place SET starts = $4::BIGINT WHERE place = $1::TEXT AND starts = $2::BIGINT AND mark = $3::TEXT";
    PLACES = "SELECT place FROM mark_place WHERE mark = $1::TEXT AND starts = $2::BIGINT ORDER BY place COLLATE \"C\"";
    ONE = "SELECT id, subject_kind, subject, kind, title, url, starts, ends, made_by, made_at, back_by, back_at, back_reason \
        FROM mark WHERE id = $1::TEXT";
    BY_ORIGIN = "SELECT id, subject_kind, subject, kind, title, url, starts, ends, made_by, made_at, back_by, back_at, back_reason \
        FROM mark WHERE origin = $1::TEXT";
    BELOW = "SELECT m.id, m.subject_kind, m.subject, m.kind, m.title, m.url, m.starts, m.ends, m.made_by, m.made_at, m.back_by, \
        m.back_at, m.back_reason FROM mark_place p JOIN mark m ON m.id = p.mark \
        WHERE p.place = $1::TEXT AND p.own >= $6::BIGINT AND p.starts >= $2::BIGINT AND p.starts < $3::BIGINT \
        AND (p.starts < $3::BIGINT - 1 OR p.mark COLLATE \"C\" < $4::TEXT) \
        ORDER BY p.starts DESC, p.mark COLLATE \"C\" DESC LIMIT $5::BIGINT";
}

/// A stretch of time for a list, half-open. `last` bounds the ids within the last microsecond: a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// From, included.
    pub from: Time,
    /// To, not included.
    pub to: Time,
    /// Of marks in the last microsecond only those with an id below this; empty for none of them.
    pub last: String,
}

impl Window {
    /// All marks in `[from, to)`.
    pub fn of(from: Time, to: Time) -> Self {
        // Above each id: marks of the last microsecond belong to it.
        Self { from, to, last: "~".into() }
    }
}

fn mark(row: &Row) -> Result<Mark> {
    let unknown = |what: &str, key: &str| Error::internal(format!("a mark has {what} {key}"));
    let (on, kind) = (row.text(1)?, row.text(3)?);
    let back = (row.opt_text(10)?, row.opt_time(11)?, row.opt_text(12)?);
    Ok(Mark {
        id: row.id(0)?,
        on: PlaceKind::read(&on).ok_or_else(|| unknown("place", &on))?,
        subject: row.id(2)?,
        kind: MarkKind::read(&kind).ok_or_else(|| unknown("kind", &kind))?,
        title: row.text(4)?,
        url: row.text(5)?,
        at: row.time(6)?,
        until: row.opt_time(7)?,
        made_by: row.text(8)?,
        made_at: row.time(9)?,
        taken_back: match back {
            (Some(by), Some(at), reason) => Some(TakenBack { by, at, reason: reason.unwrap_or_default() }),
            _ => None,
        },
    })
}

/// Inserts a mark unless its origin is there; then `None`. `places` are the thing itself, then what stands above it.
pub(crate) fn claim(
    tx: &mut dyn Tx,
    origin: Option<&str>,
    (on, places): (PlaceKind, &[Id]),
    body: &Body,
    by: &str,
    now: Time,
) -> Result<Option<Mark>> {
    let id = tx.id()?;
    let subject = *places.first().ok_or_else(|| Error::internal("a mark without a place"))?;
    let own = format!("mark:{id}");
    let params = [
        id.into(),
        origin.unwrap_or(&own).into(),
        on.key().into(),
        subject.into(),
        body.kind.key().into(),
        body.title.as_str().into(),
        body.url.as_str().into(),
        body.starts.into(),
        body.ends.map(|t| t.0).into(),
        by.into(),
        now.into(),
    ];
    if tx.execute(&CLAIM, &params)? == 0 {
        return Ok(None);
    }
    for (i, place) in places.iter().enumerate() {
        tx.execute(&PLACE, &[(*place).into(), body.starts.into(), id.into(), i64::from(i == 0).into()])?;
    }
    one(tx, id)
}

/// Gives a mark other content.
pub(crate) fn change(tx: &mut dyn Tx, before: &Mark, body: &Body) -> Result<()> {
    let id = before.id;
    let params = [
        id.into(),
        body.kind.key().into(),
        body.title.as_str().into(),
        body.url.as_str().into(),
        body.starts.into(),
        body.ends.map(|t| t.0).into(),
    ];
    tx.execute(&CHANGE, &params)?;
    if before.at != body.starts {
        for row in tx.query(&PLACES, &[id.into(), before.at.into()])? {
            tx.execute(&MOVE, &[row.id(0)?.into(), before.at.into(), id.into(), body.starts.into()])?;
        }
    }
    Ok(())
}

/// Puts the marks of one axis on another too; how many.
pub(crate) fn follow(tx: &mut dyn Tx, from: Id, into: Id) -> Result<i64> {
    let put = tx.execute(&FOLLOW, &[from.into(), into.into()])?;
    Ok(i64::try_from(put).unwrap_or(i64::MAX))
}

/// Takes a mark back; false if it was already.
pub(crate) fn take_back(tx: &mut dyn Tx, id: Id, by: &str, now: Time, reason: &str) -> Result<bool> {
    Ok(tx.execute(&TAKE_BACK, &[id.into(), by.into(), now.into(), reason.into()])? == 1)
}

/// One mark.
///
/// # Errors
/// The engine's.
pub fn one(tx: &mut dyn Tx, id: Id) -> Result<Option<Mark>> {
    tx.opt(&ONE, &[id.into()])?.as_ref().map(mark).transpose()
}

/// The mark of an origin.
///
/// # Errors
/// The engine's.
pub fn by_origin(tx: &mut dyn Tx, origin: &str) -> Result<Option<Mark>> {
    tx.opt(&BY_ORIGIN, &[origin.into()])?.as_ref().map(mark).transpose()
}

/// Marks on a thing and on everything below it, newest first, also those that were taken back.
///
/// # Errors
/// The engine's.
pub fn below(tx: &mut dyn Tx, place: Id, window: &Window, limit: i64) -> Result<Vec<Mark>> {
    read(tx, place, window, limit, false)
}

/// Marks on the thing itself alone.
///
/// # Errors
/// The engine's.
pub fn on(tx: &mut dyn Tx, place: Id, window: &Window, limit: i64) -> Result<Vec<Mark>> {
    read(tx, place, window, limit, true)
}

fn read(tx: &mut dyn Tx, place: Id, w: &Window, limit: i64, own: bool) -> Result<Vec<Mark>> {
    let params = [place.into(), w.from.into(), w.to.into(), w.last.as_str().into(), limit.into(), i64::from(own).into()];
    tx.query(&BELOW, &params)?.iter().map(mark).collect()
}

/// The thing with that slug, with everything above it today.
///
/// # Errors
/// [`Error::NotFound`].
pub fn place(tx: &mut dyn Tx, on: PlaceKind, slug: &str) -> Result<Place> {
    let (own, team) = match on {
        PlaceKind::Group => {
            let group = catalogue::store::group_by_slug(tx, slug)?;
            return Ok(Place { on, line: vec![group.id], team: None });
        }
        PlaceKind::Team => return Ok(Place::team(&catalogue::store::team_by_slug(tx, slug)?)),
        PlaceKind::Workload => {
            let w = catalogue::store::workload_by_slug(tx, slug)?;
            (vec![w.id], w.team)
        }
        PlaceKind::Service => {
            let s = catalogue::store::service_by_slug(tx, slug)?;
            (vec![s.id, s.workload], s.team)
        }
    };
    let team = catalogue::store::team(tx, team)?;
    let mut line = own;
    line.extend([team.id, team.group]);
    Ok(Place { on, line, team: Some(team) })
}

/// Who answers for a mark today.
pub(crate) fn whose(tx: &mut dyn Tx, mark: &Mark) -> Result<Place> {
    let slug = match mark.on {
        PlaceKind::Group => return Ok(Place { on: mark.on, line: vec![mark.subject], team: None }),
        PlaceKind::Team => return Ok(Place::team(&catalogue::store::team(tx, mark.subject)?)),
        PlaceKind::Workload => catalogue::store::workload(tx, mark.subject)?.slug,
        PlaceKind::Service => catalogue::store::service(tx, mark.subject)?.slug,
    };
    place(tx, mark.on, &slug)
}

/// Marks for the axis of a subject, oldest first: on it, below it, and on what stands above it. None that was taken back.
///
/// # Errors
/// The engine's.
pub fn of_axis(tx: &mut dyn Tx, subject: &Subject, from: Time, to: Time) -> Result<Vec<Mark>> {
    let kind = match subject.kind {
        catalogue::SubjectKind::Team => PlaceKind::Team,
        catalogue::SubjectKind::Workload => PlaceKind::Workload,
        catalogue::SubjectKind::Service => PlaceKind::Service,
    };
    let line = place(tx, kind, &subject.slug)?.line;
    let window = Window::of(from, to);
    let mut out = below(tx, subject.id, &window, MOST)?;
    for above in line.iter().skip(1) {
        out.extend(on(tx, *above, &window, MOST)?);
    }
    out.retain(|m| m.taken_back.is_none());
    out.sort_by_key(|m| (m.at, m.id));
    Ok(out)
}
