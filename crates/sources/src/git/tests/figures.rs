//! The figures of histories that were made by hand or by chance.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{Among, GitFacts, History, Leads, Repo, Settings, collect, facts};
use super::support::{Sandbox, Work};

const DAY: i64 = 86_400;
/// 2020-01-01.
const START: i64 = 1_577_836_800;

/// Merges, an annotated tag that is younger than its commit, a light one, one on a branch that `main` never took, one
/// that is older than its commit, a tag on a tag, a tag on a file.
fn sample(sandbox: &Sandbox) -> Work {
    let work = sandbox.repo("sample");
    work.commit_by("ann@example.org", START);
    work.commit_by("bob@example.org", START + DAY);
    work.annotated(START + 3 * DAY, "v1", "HEAD"); // leads 3 and 2 days
    work.git(0, &["checkout", "-q", "-b", "side"]);
    work.commit_by("Ann@example.org", START + 4 * DAY);
    work.git(0, &["checkout", "-q", "main"]);
    work.commit_by("bob@example.org", START + 5 * DAY);
    work.git(START + 6 * DAY, &["merge", "-q", "--no-ff", "-m", "x", "side"]);
    work.light("v2"); // at day 6: leads 2, 1 and 0 days
    work.git(0, &["checkout", "-q", "-b", "hotfix", "v1"]);
    work.commit_by("cyd@example.org", START + 10 * DAY);
    work.annotated(START + 11 * DAY, "v1.1", "HEAD"); // lead 1 day, not in main
    work.git(0, &["checkout", "-q", "main"]);
    work.commit_by("ann@example.org", START + 20 * DAY);
    work.annotated(START + 19 * DAY, "v3", "HEAD"); // lead -1 day
    work.annotated(START + 30 * DAY, "v3-signed", "v3"); // a tag on a tag: adds nothing
    let file = work.object("blob", b"key");
    work.git(0, &["tag", "public-key", &file]);
    work.commit_by("ann@example.org", START + 40 * DAY); // in no tag
    work
}

fn read(work: &Work) -> History {
    Repo::at(work.dir(), &Settings::default()).unwrap().history("main").unwrap()
}

#[test]
fn a_small_history_by_hand() {
    let sandbox = Sandbox::new();
    let work = sample(&sandbox);
    let found = facts(work.dir(), "HEAD").unwrap();
    // Leads in days: -1 0 1 1 2 2 3; rank floor(0.9 * 6) = 5.
    let expected = GitFacts {
        commits: 7,
        merges: 1,
        first_parent: 6,
        tags: 6,
        tagged_commits: 7,
        median_lead_days: Some(1.0),
        p90_lead_days: Some(2.0),
    };
    assert_eq!(found, expected);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(
        json,
        r#"{"commits":7,"merges":1,"first_parent":6,"tags":6,"tagged_commits":7,"median_lead_days":1.0,"p90_lead_days":2.0}"#
    );
    let history = read(&work);
    assert_eq!(history.leads(Among::All).unwrap().negative, 1);
    assert_eq!(history.leads(Among::WithoutMerges).unwrap().n, 6);
    let names: Vec<&str> = history.tags().iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["v1", "v2", "v1.1", "v3", "v3-signed", "public-key"]);
    assert_eq!(history.tags()[5].created, None);
    assert_eq!(history.added(), [2, 3, 1, 1, 0, 0]);
}

#[test]
fn a_period_counts_people_and_releases() {
    let sandbox = Sandbox::new();
    let work = sample(&sandbox);
    let us = |day: i64| (START + day * DAY) * 1_000_000;
    let period = collect(work.dir(), "main", us(4), us(20)).unwrap();
    // Day 4 is in, day 20 is not; the hotfix is not on main, but its release is a release.
    assert_eq!((period.commits, period.merges, period.authors, period.tags), (2, 1, 3, 3));
    assert_eq!(history_begins(&work), Some(us(0)));
    // v3-signed and the key name nothing new.
    let late = collect(work.dir(), "main", us(20), us(50)).unwrap();
    assert_eq!((late.tags, late.releases, late.lead), (1, 0, None));
    assert_eq!(period.releases, 3);
    let lead = period.lead.unwrap();
    assert_eq!((lead.n, lead.negative, lead.median_days, lead.p85_days), (5, 1, 1.0, 1.0)); // -1 0 1 1 2; rank floor(3.4) and floor(3.6)
    assert_eq!(lead.p90_days, 1.0);
    assert_eq!(period.lead_without_merges.unwrap().n, 4);
    let quiet = collect(work.dir(), "main", us(100), us(200)).unwrap();
    assert_eq!((quiet.commits, quiet.authors, quiet.tags, quiet.lead), (0, 0, 0, None));
    let json = serde_json::to_string(&period).unwrap();
    assert!(!json.contains('@') && !json.contains("ann"), "{json}");
}

fn history_begins(work: &Work) -> Option<i64> {
    read(work).begins_us()
}

#[test]
fn periods_side_by_side_lose_nothing() {
    let sandbox = Sandbox::new();
    let history = read(&sample(&sandbox));
    let whole = history.period(i64::MIN, i64::MAX).unwrap();
    let parts: Vec<_> =
        (0..50).map(|d| history.period((START + d * DAY) * 1_000_000, (START + (d + 1) * DAY) * 1_000_000).unwrap()).collect();
    assert_eq!(parts.iter().map(|p| p.commits + p.merges).sum::<u64>(), whole.commits + whole.merges);
    assert_eq!(parts.iter().map(|p| p.tags).sum::<u64>(), whole.tags);
    assert_eq!(parts.iter().filter_map(|p| p.lead).map(|l| l.n).sum::<u64>(), whole.lead.unwrap().n);
    assert_eq!(whole.lead.unwrap().n, history.facts().tagged_commits);
}

#[test]
fn no_tag_is_no_lead_time() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("untagged");
    work.commit(START);
    let found = facts(work.dir(), "main").unwrap();
    assert_eq!((found.tagged_commits, found.median_lead_days, found.p90_lead_days), (0, None, None));
    assert!(serde_json::to_string(&found).unwrap().contains(r#""median_lead_days":null"#));
}

/// The same figures by asking git once for each commit.
fn naive(work: &Work) -> (u64, Option<Leads>) {
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let mut all: BTreeSet<String> = lines(work.git(0, &["rev-list", "main"])).into_iter().collect();
    all.extend(lines(work.git(0, &["rev-list", "--tags"])));
    let (mut tagged, mut leads) = (0, Vec::new());
    for id in all {
        let format = "--format=%(creatordate:unix)";
        let first = lines(work.git(0, &["tag", "--contains", &id, "--sort=creatordate", format])).first().cloned();
        if let Some(created) = first {
            tagged += 1;
            let time: i64 = work.git(0, &["log", "-1", "--no-walk", "--format=%ct", &id]).parse().unwrap();
            leads.push(created.parse::<i64>().unwrap() - time);
        }
    }
    (tagged, Leads::of(leads))
}

#[test]
fn one_question_per_commit_gives_the_same() {
    let sandbox = Sandbox::new();
    let work = sample(&sandbox);
    let history = read(&work);
    assert_eq!((history.facts().tagged_commits, history.leads(Among::All)), naive(&work));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Histories by chance, written in one go: parents among the earlier commits, dates in no order, tags anywhere.
    #[test]
    fn any_history_gives_the_same_as_one_question_per_commit(
        shape in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_u8..3, 1_i64..10_000), 2..14),
        tags in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(1_i64..10_000)), 0..8),
    ) {
        let sandbox = Sandbox::new();
        let work = sandbox.repo("chance");
        let mut ids: Vec<String> = Vec::new();
        let tree = work.git_by("x", 0, &["mktree"], b"");
        for (n, (a, b, kind, time)) in shape.iter().enumerate() {
            let mut args = vec!["commit-tree".to_owned(), tree.clone(), "-m".to_owned(), format!("{n}")];
            if n > 0 && *kind > 0 {
                args.extend(["-p".to_owned(), ids[a.index(n)].clone()]);
            }
            if n > 1 && *kind > 1 && a.index(n) != b.index(n) {
                args.extend(["-p".to_owned(), ids[b.index(n)].clone()]);
            }
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            ids.push(work.git(START + time, &args));
        }
        work.git(0, &["update-ref", "refs/heads/main", ids.last().unwrap()]);
        for (n, (target, time)) in tags.iter().enumerate() {
            let target = &ids[target.index(ids.len())];
            match time {
                Some(time) => work.annotated(START + time, &format!("t{n}"), target),
                None => { work.git(0, &["tag", &format!("t{n}"), target]); }
            }
        }
        let history = read(&work);
        prop_assert_eq!((history.facts().tagged_commits, history.leads(Among::All)), naive(&work));
        let count = |args: &[&str]| work.git(0, args).parse::<u64>().unwrap();
        prop_assert_eq!(history.facts().commits, count(&["rev-list", "--count", "main"]));
        prop_assert_eq!(history.facts().merges, count(&["rev-list", "--count", "--merges", "main"]));
        prop_assert_eq!(history.facts().first_parent, count(&["rev-list", "--count", "--first-parent", "main"]));
    }
}
