//! SQL of who has a review open on which instance.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::presence::Here;

kernel::sql! {
    PUT = "INSERT INTO review_presence (review, instance, people, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT) \
        ON CONFLICT (review, instance) DO UPDATE SET people = excluded.people, at = excluded.at";
    OTHERS = "SELECT people FROM review_presence WHERE review = $1::TEXT AND instance <> $2::TEXT AND at > $3::BIGINT \
        ORDER BY instance COLLATE \"C\"";
    FORGET = "DELETE FROM review_presence WHERE review = $1::TEXT AND at < $2::BIGINT";
}

/// Says who is here on an instance, and forgets instances that have not said so since `stale`.
pub(crate) fn put(tx: &mut dyn Tx, review: Id, instance: &str, here: &[Here], (now, stale): (Time, Time)) -> Result<()> {
    let people = serde_json::to_string(here).map_err(Error::internal)?;
    tx.execute(&PUT, &[review.into(), instance.into(), people.into(), now.into()])?;
    tx.execute(&FORGET, &[review.into(), stale.into()]).map(|_| ())
}

/// Who is here on other instances, as far as they said so after `since`.
pub(crate) fn others(tx: &mut dyn Tx, review: Id, instance: &str, since: Time) -> Result<Vec<Here>> {
    let mut out = Vec::new();
    for row in tx.query(&OTHERS, &[review.into(), instance.into(), since.into()])? {
        let people: Vec<Here> = serde_json::from_str(&row.text(0)?).map_err(Error::internal)?;
        out.extend(people);
    }
    Ok(out)
}
