//! Feeds in the sample: one that failed, and one with long words whose last run refused something.

use std::time::Duration;

use catalogue::acts::import::{Fetched, read_whole};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use serde_json::json;
use sources::acts::feed::{Fetch, claim, fail, finish, make};
use sources::rules::NewFeed;

use crate::sample::{LONG, WORDY};

fn feed(from: serde_json::Value, name: &str) -> NewFeed {
    let calendar = json!({ "zone": "Europe/London", "first_day": "2026-01-07" });
    serde_json::from_value(json!({ "name": name, "from": from, "calendar": calendar, "every_minutes": 360 })).unwrap()
}

/// Makes them; gives back their slugs.
pub(crate) fn make_two(cx: &Ctx, tx: &mut dyn Tx) -> Result<(String, String)> {
    let hold = Duration::from_secs(60);
    let failed =
        make(cx, tx, &feed(json!({ "kind": "backstage-api", "url": "https://portal.example", "secret": "portal" }), "Portal"))?;
    if let Some(claimed) = claim(cx, tx, &failed.slug, hold)? {
        fail(cx, tx, &claimed, &format!("The server answered with a page of HTML: {WORDY}."))?;
    }
    let url = format!("https://code.example.org/{}.git", "harbour-gate-passages/".repeat(6).trim_end_matches('/'));
    let from = json!({ "kind": "git", "url": url, "revision": "release", "paths": ["teams/**/*.yaml", "!templates/**"] });
    let long = make(cx, tx, &feed(from, LONG))?;
    if let Some(claimed) = claim(cx, tx, &long.slug, hold)? {
        let entity =
            |name: &str| json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": name } });
        let place = format!("{}catalog-info.yaml:1", "harbour-gate-passages/".repeat(6));
        let read = read_whole(cx, &Fetched::Entities(vec![(place, entity("gate"))]), claimed.feed.sent().how())?;
        finish(cx, tx, &claimed, &Fetch { read, passed_over: 2 }, false)?;
    }
    Ok((failed.slug, long.slug))
}
