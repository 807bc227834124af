//! A catalogue read from a git repository on this machine: only what is committed at the revision, nothing run, nothing followed.

use std::path::{Path, PathBuf};

use kernel::testing::TestApp;
use serde_json::{Value, json};

use crate::git::git;
use crate::world::World;

const HEAD: &str = "apiVersion: backstage.io/v1alpha1\n";

fn entity(kind: &str, name: &str, spec: &str) -> String {
    format!("{HEAD}kind: {kind}\nmetadata: {{ name: {name} }}\nspec: {{ {spec} }}\n---\n")
}

fn write(at: &Path, path: &str, text: impl AsRef<[u8]>) {
    let file = at.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn commit(at: &Path) {
    git(at, 0, "ann", &["add", "-A"]);
    git(at, 0, "ann", &["commit", "-q", "-m", "x"]);
}

/// A team with a system, and a component in a folder of its own.
fn repository(w: &World) -> PathBuf {
    let at = w.folder.join("repositories/estate");
    std::fs::create_dir_all(&at).unwrap();
    git(&at, 0, "x", &["init", "-q", "-b", "main", "."]);
    write(&at, "catalog-info.yaml", entity("Group", "card", "children: []") + &entity("System", "checkout", "owner: card"));
    write(&at, "apps/fraud/catalog-info.yml", entity("Component", "fraud", "owner: card, system: checkout"));
    write(&at, "apps/fraud/README.md", "no catalogue");
    commit(&at);
    at
}

async fn feed(w: &World, name: &str, from: Value) -> String {
    let made = w.post("/api/v1/feeds", &json!({ "name": name, "from": from, "group": "core" })).await.expect(201).json();
    made["slug"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_is_read_at_its_revision_and_what_goes_is_marked() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let at = repository(&w);
        let slug = feed(&w, "Estate", json!({ "kind": "git", "url": at.to_str().unwrap() })).await;
        let run = w.feed_run(&slug).await;
        assert_eq!(run["message"], "3 new.", "{run}");
        let page = w.get("/feeds/estate").await.expect(200).text;
        assert!(page.contains("apps/fraud/catalog-info.yml:1"), "the place is the path: {page}");

        // What is not committed does not count; a file that moved brings no orphan.
        git(&at, 0, "ann", &["mv", "apps/fraud/catalog-info.yml", "apps/catalog-info.yaml"]);
        assert_eq!(w.feed_run(&slug).await["outcome"], "unchanged");
        commit(&at);
        assert_eq!(w.feed_run(&slug).await["outcome"], "unchanged");
        assert!(w.catalogue().await.contains(&"services/fraud".to_owned()));

        git(&at, 0, "ann", &["checkout", "-q", "-b", "next"]);
        git(&at, 0, "ann", &["rm", "-q", "apps/catalog-info.yaml"]);
        commit_removed(&at);
        git(&at, 0, "ann", &["checkout", "-q", "main"]);
        assert_eq!(w.feed_run(&slug).await["outcome"], "unchanged");
        let change = |revision: &str| {
            let from = json!({ "kind": "git", "url": at.to_str().unwrap(), "revision": revision });
            json!({ "name": "Estate", "from": from, "group": "core" })
        };
        let mut engineer = w.client("engineer");
        engineer.json("PATCH", "/api/v1/feeds/estate", &change("next")).await.expect(200);
        assert_eq!(w.feed_run(&slug).await["message"], "1 orphaned, 2 as they are.");
        assert!(w.catalogue().await.contains(&"services/fraud gone".to_owned()));
        engineer.json("PATCH", "/api/v1/feeds/estate", &change("main")).await.expect(200);
        assert_eq!(w.feed_run(&slug).await["message"], "1 back again, 2 as they are.");

        for (revision, words) in
            [("nowhere", "has no commit 'nowhere'"), ("--all", "is not a revision"), ("main..next", "is not a revision")]
        {
            engineer.json("PATCH", "/api/v1/feeds/estate", &change(revision)).await.expect(200);
            let run = w.feed_run(&slug).await;
            assert!(run["outcome"] == "failed" && run["message"].as_str().unwrap().contains(words), "{run}");
        }
        w.t.end().await;
    }
}

fn commit_removed(at: &Path) {
    git(at, 0, "ann", &["commit", "-q", "-m", "x"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_not_followed_and_a_file_that_cannot_be_read_imports_nothing() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let at = repository(&w);
        let slug = feed(&w, "Estate", json!({ "kind": "git", "url": at.to_str().unwrap() })).await;
        w.feed_run(&slug).await;

        // A link out of the repository, which a working copy would follow.
        let outside = w.folder.join("outside.yaml");
        std::fs::write(&outside, entity("Group", "stolen", "children: []")).unwrap();
        std::fs::create_dir_all(at.join("linked")).unwrap();
        std::os::unix::fs::symlink(&outside, at.join("linked/catalog-info.yaml")).unwrap();
        commit(&at);
        let run = w.feed_run(&slug).await;
        assert!(run["message"].as_str().unwrap().contains("1 link of that name was passed over"), "{run}");
        assert!(!w.catalogue().await.contains(&"teams/stolen".to_owned()));

        let before = w.catalogue().await;
        let bad: [(&str, Vec<u8>, &str); 4] = [
            ("a/catalog-info.yaml", b"kind: [\n".to_vec(), "a/catalog-info.yaml"),
            ("b/catalog-info.yaml", b"kind: \xff\n".to_vec(), "'b/catalog-info.yaml' is not read: it is no text in UTF-8"),
            ("c/catalog-info.yaml", vec![b'#'; (4 << 20) + 1], "'c/catalog-info.yaml' is not read: it has 4194305 bytes"),
            ("d/catalog-info.yaml", vec![b'#'; (1 << 20) + 1], "'d/catalog-info.yaml' is not read"),
        ];
        for (path, text, words) in bad {
            write(&at, path, text);
            // What would be taken for gone if the rest were imported.
            git(&at, 0, "ann", &["rm", "-q", "--cached", "apps/fraud/catalog-info.yml"]);
            git(&at, 0, "ann", &["add", path]);
            commit_removed(&at);
            let run = w.feed_run(&slug).await;
            let message = run["message"].as_str().unwrap();
            assert!(run["outcome"] == "failed" && message.contains(words), "{path}: {run}");
            assert!(message.contains("Nothing was imported"), "{message}");
            assert_eq!(w.catalogue().await, before, "{path}");
            std::fs::remove_file(at.join(path)).unwrap();
            commit(&at);
        }
        // Left out by a pattern it is in nobody's way.
        write(&at, "templates/x/catalog-info.yaml", "kind: [\n");
        commit(&at);
        assert_eq!(w.feed_run(&slug).await["outcome"], "failed");
        let from = json!({ "kind": "git", "url": at.to_str().unwrap(), "paths": ["catalog-info.*", "!templates/**"] });
        let change = json!({ "name": "Estate", "from": from, "group": "core" });
        w.client("engineer").json("PATCH", "/api/v1/feeds/estate", &change).await.expect(200);
        assert_eq!(w.feed_run(&slug).await["outcome"], "unchanged");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repositories_outside_and_private_hosts_are_never_opened() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let link = w.folder.join("repositories/link");
        std::os::unix::fs::symlink("/etc", &link).unwrap();
        let cases = [
            (link.to_str().unwrap().to_owned(), "outside the folders that may be read"),
            (w.folder.join("repositories/none").to_str().unwrap().to_owned(), "is not a git repository"),
            ("https://10.0.0.5/a.git".into(), "[outgoing] allow"),
            ("git@192.168.1.9:a".into(), "[outgoing] allow"),
        ];
        for (i, (url, words)) in cases.into_iter().enumerate() {
            let slug = feed(&w, &format!("Feed {i}"), json!({ "kind": "git", "url": url })).await;
            let run = w.feed_run(&slug).await;
            assert!(run["outcome"] == "failed" && run["message"].as_str().unwrap().contains(words), "{url}: {run}");
        }
        w.t.end().await;
    }
}
