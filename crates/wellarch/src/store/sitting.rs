//! SQL of sittings.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;

use crate::sitting::{Addendum, Attendee, Closed, Minutes, Sitting};

kernel::sql! {
    BEGIN = "INSERT INTO review_sitting (id, review, number, body, version, begun_by, begun_at) VALUES ($1::TEXT, $2::TEXT, \
        $3::BIGINT, $4::TEXT, 1, $5::TEXT, $6::BIGINT) ON CONFLICT (review, number) DO NOTHING";
    RESTORE = "INSERT INTO review_sitting (id, review, number, body, version, begun_by, begun_at, closed_by, closed_at, digest) \
        VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::BIGINT, $6::TEXT, $7::BIGINT, $8::TEXT, $9::BIGINT, $10::TEXT) \
        ON CONFLICT (review, number) DO NOTHING";
    CHANGE = "UPDATE review_sitting SET body = $3::TEXT, version = version + 1 WHERE id = $1::TEXT AND version = $2::BIGINT \
        AND closed_at IS NULL";
    CLOSE = "UPDATE review_sitting SET closed_by = $2::TEXT, closed_at = $3::BIGINT, digest = $4::TEXT WHERE id = $1::TEXT \
        AND closed_at IS NULL";
    OF = "SELECT id, number, version, begun_by, begun_at, body, closed_by, closed_at, digest FROM review_sitting \
        WHERE review = $1::TEXT ORDER BY number";
    ADD = "INSERT INTO review_addendum (id, sitting, words, by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT)";
    ADDENDA = "SELECT a.sitting, a.words, a.by_name, a.at FROM review_addendum a JOIN review_sitting s ON s.id = a.sitting \
        WHERE s.review = $1::TEXT ORDER BY a.id COLLATE \"C\"";
    NAMED = "SELECT id, name FROM person WHERE name = $1::TEXT ORDER BY id COLLATE \"C\" LIMIT 2";
}

fn sitting(row: &Row) -> Result<(Id, Sitting)> {
    let closed = match (row.opt_text(6)?, row.opt_time(7)?, row.opt_text(8)?) {
        (Some(by), Some(at), Some(digest)) => Some(Closed { by, at, digest }),
        _ => None,
    };
    let found = Sitting {
        number: row.int(1)?,
        version: row.int(2)?,
        begun_by: row.text(3)?,
        begun_at: row.time(4)?,
        minutes: serde_json::from_str(&row.text(5)?).map_err(Error::internal)?,
        closed,
        addenda: Vec::new(),
    };
    Ok((row.id(0)?, found))
}

fn body(minutes: &Minutes) -> Result<String> {
    serde_json::to_string(minutes).map_err(Error::internal)
}

/// Inserts a sitting; false if its number is taken.
pub(crate) fn begin(tx: &mut dyn Tx, id: Id, review: Id, s: &Sitting) -> Result<bool> {
    let params = [id.into(), review.into(), s.number.into(), body(&s.minutes)?.into(), (&s.begun_by).into(), s.begun_at.into()];
    Ok(tx.execute(&BEGIN, &params)? == 1)
}

/// Inserts a sitting as another server had it; false if its number is taken.
pub(crate) fn restore(tx: &mut dyn Tx, id: Id, review: Id, s: &Sitting) -> Result<bool> {
    let closed = s.closed.as_ref();
    let params = [
        id.into(),
        review.into(),
        s.number.into(),
        body(&s.minutes)?.into(),
        s.version.into(),
        (&s.begun_by).into(),
        s.begun_at.into(),
        closed.map(|c| c.by.clone()).into(),
        closed.map(|c| c.at.0).into(),
        closed.map(|c| c.digest.clone()).into(),
    ];
    Ok(tx.execute(&RESTORE, &params)? == 1)
}

/// Changes the minutes of an open sitting; false if it is not open or another version.
pub(crate) fn change(tx: &mut dyn Tx, id: Id, version: i64, minutes: &Minutes) -> Result<bool> {
    Ok(tx.execute(&CHANGE, &[id.into(), version.into(), body(minutes)?.into()])? == 1)
}

/// Closes a sitting; false if it is closed.
pub(crate) fn close(tx: &mut dyn Tx, id: Id, closed: &Closed) -> Result<bool> {
    let params = [id.into(), (&closed.by).into(), closed.at.into(), (&closed.digest).into()];
    Ok(tx.execute(&CLOSE, &params)? == 1)
}

/// Sittings of a review with their ids, oldest first.
pub(crate) fn of(tx: &mut dyn Tx, review: Id) -> Result<Vec<(Id, Sitting)>> {
    let mut out = tx.query(&OF, &[review.into()])?.iter().map(sitting).collect::<Result<Vec<_>>>()?;
    for row in tx.query(&ADDENDA, &[review.into()])? {
        let of = row.id(0)?;
        if let Some((_, found)) = out.iter_mut().find(|(id, _)| *id == of) {
            found.addenda.push(Addendum { text: row.text(1)?, by: row.text(2)?, at: row.time(3)? });
        }
    }
    Ok(out)
}

/// Inserts an addendum.
pub(crate) fn add(tx: &mut dyn Tx, id: Id, sitting: Id, a: &Addendum) -> Result<()> {
    tx.execute(&ADD, &[id.into(), sitting.into(), (&a.text).into(), (&a.by).into(), a.at.into()]).map(|_| ())
}

/// Who was meant: by mail address, by a name that one account has, or a name alone.
pub(crate) fn attendee(tx: &mut dyn Tx, typed: &str) -> Result<Attendee> {
    if typed.contains('@')
        && let Some(found) = people::store::person_by_mail(tx, &typed.to_lowercase())?
    {
        return Ok(Attendee { name: found.name, person: Some(found.id) });
    }
    let rows = tx.query(&NAMED, &[typed.into()])?;
    match rows.as_slice() {
        [only] => Ok(Attendee { name: only.text(1)?, person: Some(only.id(0)?) }),
        _ => Ok(Attendee { name: typed.to_owned(), person: None }),
    }
}
