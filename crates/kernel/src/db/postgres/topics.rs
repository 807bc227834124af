//! Live topics between instances: a unit that publishes stores a row per topic with its data; each instance looks every
//! 100 ms for rows of the others. No LISTEN, so that poolers and other databases can follow.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::link::{Link, Role};
use super::stop::Stop;
use super::worker::Shared;
use crate::db::{Sql, Value};
use crate::ids::IdBase;
use crate::time::Time;

const TICK: Duration = Duration::from_millis(100);

/// Old notes are deleted every this many ticks.
const TIDY: u32 = 50;

const LIMIT: Duration = Duration::from_secs(6);

pub(super) static NOTE: Sql =
    Sql::new("NOTE", "INSERT INTO topic_note (id, topic, at, instance) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT, $4::TEXT)");

// A note is stored with the time of its unit, which may commit up to ten seconds later. Times are compared with each
// other and not with a clock, so that a clock may be set; the clocks of the instances may differ by less than that.
static OTHERS: Sql = Sql::new(
    "OTHERS",
    "SELECT id, topic FROM topic_note WHERE instance <> $1::TEXT \
     AND at > (SELECT max(at) FROM topic_note) - CAST(10000000 AS BIGINT)",
);

static FORGET: Sql =
    Sql::new("FORGET", "DELETE FROM topic_note WHERE at < (SELECT max(at) FROM topic_note) - CAST(60000000 AS BIGINT)");

/// The notes of one unit. Their ids follow from the unit's, so that a repeated try stores the same.
pub(super) fn rows(ids: IdBase, now: Time, instance: &str, topics: &[String]) -> Vec<Vec<Value>> {
    let unit = ids.nth(0).map(|id| id.to_string()).unwrap_or_default();
    let row = |(n, topic): (usize, &String)| vec![Value::Text(format!("{unit}-{n}")), topic.into(), now.into(), instance.into()];
    topics.iter().enumerate().map(row).collect()
}

/// Until stopped.
pub(super) fn poll(shared: &Shared, stop: &Arc<Stop>) {
    let mut link: Option<Link> = None;
    // What was there before this instance came is nothing new to its pages.
    let mut seen: Option<HashSet<String>> = None;
    // Whoever could not look for a while may have missed what left the window meanwhile.
    let mut missed = false;
    let mut tick = 0u32;
    let mut pause = TICK;
    while !stop.wait(pause) {
        pause = TICK;
        link.take_if(|l| l.is_broken());
        if link.is_none() {
            link = shared.connect(Role::Plain, LIMIT).ok();
        }
        let Some(open) = &mut link else {
            missed = true;
            pause = Duration::from_secs(1);
            continue;
        };
        tick = tick.wrapping_add(1);
        if tick.is_multiple_of(TIDY) && open.execute_one(&FORGET, &[], None, LIMIT).is_err() {
            missed = true;
            continue;
        }
        let Ok(found) = open.query(&OTHERS, &[shared.instance.as_str().into()], None, LIMIT) else {
            missed = true;
            pause = Duration::from_secs(1);
            continue;
        };
        let mut now_seen = HashSet::with_capacity(found.len());
        let mut news = HashSet::new();
        for row in &found {
            if let (Ok(id), Ok(topic)) = (row.text(0), row.text(1)) {
                if seen.as_ref().is_some_and(|s| !s.contains(&id)) {
                    news.insert(topic);
                }
                now_seen.insert(id);
            }
        }
        if std::mem::take(&mut missed) {
            shared.live.publish_all();
        }
        // What has left the window does not come back.
        seen = Some(now_seen);
        for topic in news {
            shared.live.publish(&topic);
        }
    }
}
