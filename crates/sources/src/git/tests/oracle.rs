//! Real histories, where they are at hand: figures that git itself gave, in `git/facts.json` of the data folder, against
//! ours. `BELLWETHER_DATA` names the data folder, `BELLWETHER_CLONES` one with a clone `owner/name` of each project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::{Among, Repo, Settings};

#[allow(clippy::disallowed_methods, reason = "a test has no configuration; these name test data only")]
fn setting(name: &str) -> Option<PathBuf> {
    std::env::var(name).ok().map(PathBuf::from)
}

#[test]
fn real_histories_give_the_figures_of_git() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = setting("BELLWETHER_DATA").unwrap_or_else(|| root.join("../shared/data"));
    let (mut absent, mut compared) = (0, 0);
    if let Ok(text) = fs::read(data.join("git/facts.json")) {
        let all: BTreeMap<String, Value> = serde_json::from_slice(&text).unwrap();
        for (name, expected) in &all {
            let clone = setting("BELLWETHER_CLONES").map(|c| c.join(name)).filter(|c| c.exists());
            match clone {
                Some(path) => {
                    compare(name, &path, expected);
                    compared += 1;
                }
                None => absent += 1,
            }
        }
    } else {
        absent += 1;
    }
    println!("{absent} files not here, {compared} histories compared");
}

fn compare(name: &str, path: &Path, expected: &Value) {
    let rev = expected["head"].as_str().unwrap();
    let history = Repo::at(path, &Settings::default()).unwrap().history(rev).unwrap();
    let (facts, leads) = (history.facts(), history.leads(Among::All).unwrap());
    let all = history.period(i64::MIN, i64::MAX).unwrap();
    let added = history.added();
    assert_eq!(all.undated, 0, "{name}");
    for (key, found) in [
        ("commits_head", facts.commits),
        ("merges_head", facts.merges),
        ("first_parent_commits", facts.first_parent),
        ("tags", facts.tags),
        ("commits_in_some_tag", facts.tagged_commits),
        ("distinct_author_emails", all.authors),
        ("negative_leads", leads.negative),
        ("p90_committer_s", leads.p90_s as u64),
        ("tags_adding_0_commits", added.iter().filter(|n| **n == 0).count() as u64),
    ] {
        assert_eq!(Some(found), expected[key].as_u64(), "{name}: {key}");
    }
    let without = history.leads(Among::WithoutMerges).unwrap();
    assert_eq!(Some(leads.median_s), expected["lead_committer_median_s"].as_f64(), "{name}");
    assert_eq!(Some(without.median_s), expected["lead_nonmerge_committer_median_s"].as_f64(), "{name}");
    // The file gives the mean to one place.
    assert_eq!(Some((leads.mean_s * 10.0).round() / 10.0), expected["lead_committer_mean_s"].as_f64(), "{name}");
    let last = history.tags().last().unwrap();
    let added_last = *added.last().unwrap();
    assert_eq!(serde_json::json!([last.name, last.created, added_last]), expected["last_tag"], "{name}");
    for (year, count) in expected["tags_per_year_utc"].as_object().unwrap() {
        let (from, to) = (new_year(year.parse().unwrap()), new_year(year.parse::<i64>().unwrap() + 1));
        let period = history.period(from, to).unwrap();
        assert_eq!(Some(period.tags), count.as_u64(), "{name}: {year}");
    }
}

/// Unix microseconds of 1 January, 00:00 UTC, of a year from 1970.
fn new_year(year: i64) -> i64 {
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum::<i64>() * 86_400 * 1_000_000
}
