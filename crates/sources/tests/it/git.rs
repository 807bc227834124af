//! Histories made by git itself with fixed dates, counted a second time here in the slow way.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kernel::testing::TestApp;
use kernel::time::Time;
use serde_json::{Value, json};

use crate::world::World;

const DAY: i64 = 86_400;
/// Monday 5 October 2026, 00:00 UTC, the first day of week 41.
const MONDAY: i64 = 1_791_158_400;

pub(crate) fn git(at: &Path, time: i64, who: &str, args: &[&str]) -> String {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(at)
        .args(["-c", "commit.gpgSign=false", "-c", "tag.gpgSign=false"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", who), ("GIT_COMMITTER_NAME", "build"), ("GIT_COMMITTER_EMAIL", "build@example.org")])
        .env("GIT_AUTHOR_EMAIL", format!("{who}@example.org"))
        .envs([("GIT_AUTHOR_DATE", format!("@{time} +0000")), ("GIT_COMMITTER_DATE", format!("@{time} +0000"))])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"").unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim_end().to_owned()
}

/// Six weeks of work from week 41 on: two commits each Monday, a merge each Thursday, a tag every second Friday.
fn history(folder: &Path) -> PathBuf {
    let at = folder.join("repositories/shop");
    std::fs::create_dir_all(&at).unwrap();
    git(&at, 0, "x", &["init", "-q", "-b", "main", "."]);
    for week in 0..6_i64 {
        let day = MONDAY + week * 7 * DAY;
        for (hour, who) in [(9, "ann"), (10, "bob"), (11, if week % 2 == 0 { "cyd" } else { "ann" })] {
            git(&at, day + hour * 3600, who, &["commit", "-q", "--allow-empty", "-m", "x"]);
        }
        git(&at, day + DAY, "ann", &["checkout", "-q", "-b", "side"]);
        git(&at, day + 2 * DAY, "bob", &["commit", "-q", "--allow-empty", "-m", "x"]);
        git(&at, day + 2 * DAY, "bob", &["checkout", "-q", "main"]);
        git(&at, day + 3 * DAY, "ann", &["merge", "-q", "--no-ff", "-m", "x", "side"]);
        git(&at, 0, "x", &["branch", "-q", "-d", "side"]);
        if week % 2 == 1 {
            git(&at, day + 4 * DAY, "ann", &["tag", "-a", "-m", "x", &format!("v{week}")]);
            // A second name for the same commit brings nothing new.
            git(&at, day + 4 * DAY + 60, "ann", &["tag", "-a", "-m", "x", &format!("stable-{week}")]);
        }
    }
    at
}

fn lines(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|l| l.split(' ').map(str::to_owned).collect()).collect()
}

/// Commits of a period as git lists them: committer time, number of parents, author, id.
fn listed(at: &Path, (from, to): (i64, i64)) -> Vec<(i64, usize, String, String)> {
    let all = git(at, 0, "x", &["log", "main", "--format=%ct %ae %H %P"]);
    let all = lines(&all).into_iter().map(|w| (w[0].parse().unwrap(), w.len() - 3, w[1].clone(), w[2].clone()));
    all.filter(|(time, ..): &(i64, usize, String, String)| from <= *time && *time < to).collect()
}

/// When each commit was tagged first: git is asked once for each of them.
fn first_tag(at: &Path, id: &str) -> Option<i64> {
    let tags = git(at, 0, "x", &["tag", "--contains", id, "--sort=creatordate", "--format=%(creatordate:unix)"]);
    tags.lines().next().map(|t| t.parse().unwrap())
}

/// A figure of a period, counted slowly.
fn slowly(at: &Path, what: &str, span: (i64, i64)) -> f64 {
    let inside = |t: i64| span.0 <= t && t < span.1;
    let commits = listed(at, span);
    let tags = || {
        let all = git(at, 0, "x", &["tag", "--format=%(creatordate:unix) %(*objectname)"]);
        lines(&all).into_iter().map(|w| (w[0].parse::<i64>().unwrap(), w[1].clone())).collect::<Vec<_>>()
    };
    match what {
        "commits" => commits.iter().filter(|c| c.1 < 2).count() as f64,
        "merges" => commits.iter().filter(|c| c.1 > 1).count() as f64,
        "people" => {
            let mut all: Vec<_> = commits.iter().map(|c| c.2.clone()).collect();
            all.sort();
            all.dedup();
            all.len() as f64
        }
        "tags" => tags().iter().filter(|(t, _)| inside(*t)).count() as f64,
        "releases" => {
            let mut all = tags();
            all.sort();
            let mut seen = std::collections::BTreeSet::new();
            all.into_iter().filter(|(t, commit)| seen.insert(commit.clone()) && inside(*t)).count() as f64
        }
        other => panic!("{other}"),
    }
}

/// Committer time and time of the first tag of each commit that is no merge and was tagged.
fn leads(at: &Path) -> Vec<(i64, i64)> {
    listed(at, (0, i64::MAX)).into_iter().filter(|c| c.1 < 2).filter_map(|c| Some((c.0, first_tag(at, &c.3)?))).collect()
}

/// A figure of those first tagged in a period, in days.
fn lead(all: &[(i64, i64)], what: &str, (from, to): (i64, i64)) -> Option<f64> {
    let mut leads: Vec<i64> = all.iter().filter(|(_, t)| from <= *t && *t < to).map(|(c, t)| t - c).collect();
    leads.sort_unstable();
    let last = leads.len().checked_sub(1)?;
    let seconds = match what {
        "median-lead-days" => (leads[last / 2] + leads[leads.len() / 2]) as f64 / 2.0,
        "p85-lead-days" => leads[last * 85 / 100] as f64,
        _ => leads[last * 90 / 100] as f64,
    };
    Some(seconds / 86_400.0)
}

fn pull(at: &Path, what: &str) -> Value {
    json!({ "kind": "git", "location": at.to_str().unwrap(), "what": what })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_figure_is_what_git_itself_counts_also_for_the_past() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let at = history(&w.folder);
        for what in ["commits", "merges", "tags", "releases", "people"] {
            let team = json!({ "name": format!("Team {what}"), "group": "core" });
            w.post("/api/v1/teams", &team).await.expect(201);
            let slug = w.make(what, "commits", &format!("team-{what}"), pull(&at, what)).await;
            let run = w.run(&slug).await;
            assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("stored"), Some(1)), "{what}: {run}");
            let run = w.fill(&slug).await;
            assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("stored"), Some(5)), "{what}: {run}");
            assert!(
                run["message"]
                    .as_str()
                    .unwrap()
                    .contains("46 have no value; the newest of them, week 40: the history begins later."),
                "{run}"
            );
            let values = w.values("commits", &format!("team-{what}")).await;
            let expected: Vec<(String, f64)> = (0..6)
                .map(|week| {
                    let from = MONDAY + week * 7 * DAY;
                    (format!("2026-W{}", 41 + week), slowly(&at, what, (from, from + 7 * DAY)))
                })
                .collect();
            assert_eq!(values.into_iter().map(|v| (v.0, v.1)).collect::<Vec<_>>(), expected, "{what}");
        }
        // Weeks before the first commit have no value; a week without an event would have 0.
        let run = w.post("/api/v1/sources/commits/trial", &json!(null)).await.json();
        assert_eq!(run["outcome"], "unchanged");
        let page = w.get("/api/v1/sources/people/runs").await.text;
        assert!(!page.contains("example.org") && !page.contains("ann@"), "{page}");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lead_times_belong_to_the_sprint_of_the_tag_and_nothing_tagged_is_no_failure() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let at = history(&w.folder);
    let all = leads(&at);
    for what in ["median-lead-days", "p85-lead-days", "p90-lead-days"] {
        w.post("/api/v1/teams", &json!({ "name": what, "group": "core" })).await.expect(201);
        let slug = w.make(what, "lead", what, pull(&at, what)).await;
        let newest = w.run(&slug).await;
        assert_eq!((newest["values"].as_array().unwrap().len(), newest["stored"].as_i64()), (1, Some(1)), "{newest}");
        let run = w.fill(&slug).await;
        let pulled = run["values"].as_array().unwrap();
        assert_eq!(pulled.len(), 22, "sprints from January on");
        // Sprints of 14 days from Tuesday 6 January.
        let first = Time::parse("2026-01-06T00:00:00Z").unwrap().micros() / 1_000_000;
        let mut stored = 0;
        for p in pulled {
            let number: i64 = p["period"].as_str().unwrap().parse().unwrap();
            let from = first + (number - 1) * 14 * DAY;
            let expected = lead(&all, what, (from, from + 14 * DAY));
            assert_eq!(p["number"].as_f64(), expected, "{what} {p}");
            stored += i64::from(expected.is_some());
        }
        assert!(stored >= 2, "{run}");
        assert_eq!(run["stored"].as_i64(), Some(stored - 1), "the newest was there");
        assert_eq!(w.values("lead", what).await.len() as i64, stored);
    }
    // The last tag's own sprint closes; in the one after it nothing was tagged: no value, no failure, no nought.
    w.t.clock.advance(std::time::Duration::from_secs(14 * 86_400));
    assert_eq!(w.run("p90-lead-days").await["stored"], 1);
    w.t.clock.advance(std::time::Duration::from_secs(14 * 86_400));
    let before = w.values("lead", "p90-lead-days").await;
    let run = w.run("p90-lead-days").await;
    assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("nothing"), Some(0)), "{run}");
    assert!(run["message"].as_str().unwrap().contains("no tag of this period is the first to contain a commit"), "{run}");
    assert_eq!(w.values("lead", "p90-lead-days").await, before);
    assert_eq!(w.source("p90-lead-days").await["failures"], 0);
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_that_cannot_be_read_fail_with_the_setting_to_change() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let at = history(&w.folder);
    // Outside by way of a link: only a run can see that.
    let outside = w.folder.join("outside");
    std::fs::rename(&at, &outside).unwrap();
    std::os::unix::fs::symlink(&outside, &at).unwrap();
    let slug = w.make("Link", "commits", "payments", pull(&at, "commits")).await;
    let said = |run: &Value| run["message"].as_str().unwrap().to_owned();
    let run = w.run(&slug).await;
    assert_eq!(run["outcome"], "failed");
    assert!(said(&run).contains("roots in [git] in the configuration"), "{run}");

    std::fs::remove_file(&at).unwrap();
    assert!(said(&w.run(&slug).await).contains("is not a git repository"));
    std::fs::rename(&outside, &at).unwrap();
    assert_eq!(w.run(&slug).await["outcome"], "stored");
    assert_eq!(w.fill(&slug).await["stored"], 5);

    let change =
        |pull: Value| json!({ "name": "Link", "metric": "commits", "subject": "payments", "every_minutes": 60, "pull": pull });
    let mut other = pull(&at, "commits");
    other["branch"] = "release".into();
    w.client("engineer").json("PATCH", &format!("/api/v1/sources/{slug}"), &change(other)).await.expect(200);
    assert!(said(&w.run(&slug).await).contains("has no commit 'release'"));
    // A remote one is held against the rule for every outgoing request before git is started.
    let remote = json!({ "kind": "git", "location": "https://10.0.0.5/shop.git", "what": "commits" });
    w.client("engineer").json("PATCH", &format!("/api/v1/sources/{slug}"), &change(remote)).await.expect(200);
    let run = w.run(&slug).await;
    assert!(said(&run).contains("Add \"10.0.0.0/8\" to [outgoing] allow in the configuration"), "{run}");
    assert!(!w.folder.join("data/git").exists(), "nothing was cloned");
    assert_eq!(w.values("commits", "payments").await.len(), 6, "what was stored stays");
    w.t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_of_one_repository_do_not_get_in_each_others_way() {
    let w = World::new(TestApp::ENGINES[1]).await;
    let at = history(&w.folder);
    for what in ["commits", "merges", "tags", "people"] {
        w.post("/api/v1/teams", &json!({ "name": what, "group": "core" })).await.expect(201);
        w.make(what, "commits", what, pull(&at, what)).await;
    }
    w.tick().await;
    for what in ["commits", "merges", "tags", "people"] {
        assert_eq!(w.runs(what).await[0]["outcome"], "stored", "{what}");
    }
    w.t.end().await;
}

#[test]
fn facts_for_the_command_line_have_their_fields_and_the_slow_figures() {
    let folder = std::env::temp_dir().join(format!("bellwether-facts-{}", std::process::id()));
    let at = history(&folder);
    let facts = serde_json::to_value(sources::git_facts(&at, "main").unwrap()).unwrap();
    let keys: Vec<&String> = facts.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 7, "{keys:?}");
    let all = listed(&at, (0, i64::MAX));
    let mut leads: Vec<i64> = all.iter().filter_map(|c| Some(first_tag(&at, &c.3)? - c.0)).collect();
    leads.sort_unstable();
    let n = leads.len();
    let count = |args: &[&str]| git(&at, 0, "x", args).parse::<u64>().unwrap();
    assert_eq!(facts["commits"].as_u64(), Some(count(&["rev-list", "--count", "main"])));
    assert_eq!(facts["merges"].as_u64(), Some(count(&["rev-list", "--count", "--merges", "main"])));
    assert_eq!(facts["first_parent"].as_u64(), Some(count(&["rev-list", "--count", "--first-parent", "main"])));
    assert_eq!(facts["tags"].as_u64(), Some(6));
    assert_eq!(facts["tagged_commits"].as_u64(), Some(n as u64));
    assert_eq!(facts["median_lead_days"].as_f64(), Some((leads[(n - 1) / 2] + leads[n / 2]) as f64 / 2.0 / 86_400.0));
    assert_eq!(facts["p90_lead_days"].as_f64(), Some(leads[(n - 1) * 90 / 100] as f64 / 86_400.0));
    std::fs::remove_dir_all(folder).unwrap();
}
