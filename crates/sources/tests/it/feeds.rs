//! A catalogue read from the API of a Backstage, twice, with changes between.

use std::time::Duration;

use kernel::testing::TestApp;
use kernel::web::{Actor, Ctx};
use people::rights;
use serde_json::{Value, json};

use crate::portal::{answers, entity, estate, portal, steps};
use crate::world::World;

fn api(url: &str) -> Value {
    json!({ "kind": "backstage-api", "url": url })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_is_read_page_by_page_and_what_goes_is_marked_until_it_returns() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(estate()).await;
        let slug = w.feed("Portal", api(&format!("{}/api/catalog/", far.url()))).await;
        assert_eq!((slug.as_str(), w.feed_of(&slug).await["health"].as_str()), ("portal", Some("new")));
        let (before, written) = (w.catalogue().await, w.trail().await.len());
        let look = w.preview(&slug).await;
        assert_eq!(look["outcome"], "imported", "{look}");
        assert_eq!(look["message"], "8 new.", "{look}");
        assert_eq!(look["plan"]["steps"].as_array().unwrap().len(), 8);
        assert_eq!((w.catalogue().await, w.trail().await.len()), (before, written), "looking stores nothing");
        assert_eq!(far.seen().len(), 4, "seven entities, two on a page");

        let run = w.feed_run(&slug).await;
        assert_eq!((run["outcome"].as_str(), run["counts"]["made"].as_i64()), (Some("imported"), Some(8)), "{run}");
        assert_eq!(run["asked_by"], "Ann engineer");
        let all = w.catalogue().await;
        for thing in ["groups/digital", "teams/card", "teams/claims", "workloads/checkout", "workloads/alone", "services/fraud"] {
            assert!(all.contains(&thing.to_owned()), "{thing}: {all:?}");
        }
        assert!(w.trail().await.iter().any(|r| r["verb"] == "imported" && r["actor"] == "job:feed"));
        let again = w.feed_run(&slug).await;
        assert_eq!((again["outcome"].as_str(), again["counts"]["unchanged"].as_i64()), (Some("unchanged"), Some(8)), "{again}");

        // One goes, one comes, one is refused: the rest is taken.
        let mut later: Vec<Value> = estate().into_iter().filter(|e| e["metadata"]["name"] != "fraud").collect();
        later.push(entity("Component", "ledger", json!({ "owner": "card", "system": "checkout" })));
        later.push(entity("Component", "nobodys", json!({ "system": "checkout" })));
        far.acts(answers(later, 3));
        let run = w.feed_run(&slug).await;
        assert_eq!(run["message"], "1 new, 1 orphaned, 1 refused, 7 as they are.", "{run}");
        let all = w.catalogue().await;
        assert!(all.contains(&"services/fraud gone".to_owned()) && all.contains(&"services/ledger".to_owned()), "{all:?}");
        let page = w.get("/feeds/portal").await.expect(200).text;
        for words in ["Orphaned", "component:default/nobodys", "spec.owner is missing", "asked for by", "Last run"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        far.acts(answers(estate(), 50));
        let run = w.feed_run(&slug).await;
        assert_eq!((run["counts"]["returned"].as_i64(), run["counts"]["orphaned"].as_i64()), (Some(1), Some(1)), "{run}");
        assert!(w.catalogue().await.contains(&"services/fraud".to_owned()));
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_that_is_refused_now_is_not_taken_for_gone() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(estate()).await;
        let slug = w.feed("Portal", api(&far.url())).await;
        w.feed_run(&slug).await;
        let mut later = estate();
        later[5]["spec"]["owner"] = json!("user:grace");
        far.acts(answers(later, 2));
        let run = w.feed_run(&slug).await;
        assert_eq!((run["counts"]["orphaned"].as_i64(), run["counts"]["refused"].as_i64()), (Some(0), Some(1)), "{run}");
        assert!(w.catalogue().await.contains(&"services/fraud".to_owned()));
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_source_changes_nothing_until_somebody_confirms_it() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(Vec::new()).await;
        let slug = w.feed("Portal", api(&far.url())).await;
        assert_eq!(w.feed_run(&slug).await["outcome"], "unchanged", "nothing was there, nothing is");
        far.acts(answers(estate(), 2));
        w.feed_run(&slug).await;
        let before = w.catalogue().await;
        far.acts(answers(Vec::new(), 2));
        assert_eq!(w.preview(&slug).await["outcome"], "empty");
        let run = w.feed_run(&slug).await;
        assert_eq!(run["outcome"], "empty", "{run}");
        assert!(run["message"].as_str().unwrap().contains("8 things were imported from it. Nothing was imported."), "{run}");
        assert_eq!(w.catalogue().await, before);
        let mut browser = w.client("engineer");
        let page = browser.get("/feeds/portal").await.expect(200).text;
        assert!(page.contains("It is really empty: mark everything orphaned"), "{page}");
        w.post("/api/v1/feeds/portal/run?confirm_empty=perhaps", &Value::Null).await.expect(422);
        browser.form("/feeds/portal/run", &[("confirm_empty", "true")]).await.expect(303);
        let all = w.catalogue().await;
        assert!(all.contains(&"teams/card gone".to_owned()) && all.contains(&"teams/payments".to_owned()), "{all:?}");
        assert_eq!(w.feed_of(&slug).await["health"], "good");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_moves_keeps_its_things_and_a_second_feed_of_one_address_is_refused() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let (old, new) = (portal(estate()).await, portal(estate()).await);
        let slug = w.feed("Portal", api(&old.url())).await;
        w.feed_run(&slug).await;
        let second = json!({ "name": "Second", "from": api(&format!("{}/", old.url())) });
        let said = w.post("/api/v1/feeds", &second).await.expect(409).text;
        assert!(said.contains("The feed “Portal” reads") && said.contains("as gone"), "{said}");
        let named = json!({ "name": "PORTAL", "from": api(&new.url()) });
        assert!(w.post("/api/v1/feeds", &named).await.expect(409).text.contains("There is a feed named"));
        let moved = json!({ "name": "Portal", "from": api(&new.url()), "version": 1 });
        let mut engineer = w.client("engineer");
        engineer.json("PATCH", "/api/v1/feeds/portal", &moved).await.expect(200);
        let said = engineer.json("PATCH", "/api/v1/feeds/portal", &moved).await.expect(409).text;
        assert!(said.contains("at version 2 meanwhile"), "{said}");
        let run = w.feed_run(&slug).await;
        assert_eq!((run["outcome"].as_str(), run["message"].as_str()), (Some("unchanged"), Some("8 as they are.")), "{run}");

        let before = w.catalogue().await;
        engineer.json("POST", "/api/v1/feeds/portal/archival", &Value::Null).await.expect(204);
        engineer.json("POST", "/api/v1/feeds/portal/archival", &Value::Null).await.expect(409);
        for act in ["run", "preview"] {
            assert!(w.post(&format!("/api/v1/feeds/portal/{act}"), &Value::Null).await.expect(409).text.contains("was put away"));
        }
        assert_eq!(w.catalogue().await, before, "what came from it stays");
        assert_eq!(w.get("/api/v1/feeds").await.expect(200).json()["items"], json!([]));
        // The address is free again.
        assert_eq!(w.feed("Third", api(&new.url())).await, "third");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_runs_in_its_slots_and_what_a_killed_server_left_is_told() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(estate()).await;
        let by_hand = w.feed("By hand", api(&format!("{}/other", far.url()))).await;
        let new = json!({ "name": "Portal", "from": api(&far.url()), "group": "core", "every_minutes": 30 });
        w.post("/api/v1/feeds", &new).await.expect(201);
        // What a killed server has done: the claim, and nothing more.
        let cx = Ctx::of(Actor::job("feed", &[&rights::SOURCES]), w.t.app.now(), "x");
        let minutes = |n: u64| Duration::from_secs(n * 60);
        let claimed =
            w.t.app
                .write(&cx, move |cx, tx| sources::acts::feed::claim(cx, tx, "portal", minutes(3)).map(|c| c.map(|c| c.number)))
                .await;
        assert_eq!(claimed.unwrap(), Some(1));
        w.feed_tick().await;
        assert!(w.feed_runs("portal").await.is_empty(), "somebody else has it");
        assert_eq!(w.feed_of("portal").await["health"], "running");
        assert!(w.post("/api/v1/feeds/portal/run", &Value::Null).await.expect(409).text.contains("runs already"));
        w.t.clock.advance(minutes(4));
        w.feed_tick().await;
        let runs = w.feed_runs("portal").await;
        assert_eq!((runs[0]["outcome"].as_str(), runs[0]["number"].as_i64()), (Some("imported"), Some(2)), "{runs:?}");
        assert!(runs[0].get("asked_by").is_none());
        assert!(runs[1]["message"].as_str().unwrap().contains("The server stopped"), "{}", runs[1]);
        // Its teams went into the group that it names.
        assert!(!w.catalogue().await.contains(&"groups/digital".to_owned()));
        w.feed_tick().await;
        assert_eq!(w.feed_runs("portal").await.len(), 2, "one slot, one run");
        w.t.clock.advance(minutes(30));
        w.feed_tick().await;
        assert_eq!(w.feed_runs("portal").await.len(), 3);
        assert!(w.feed_runs(&by_hand).await.is_empty(), "a feed without a schedule waits for somebody");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_sent_as_a_token_to_its_host() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |config| {
            let file = config.data.parent().unwrap().join("portal");
            std::fs::write(&file, "s3cr3t\n").unwrap();
            let hosts = vec!["127.0.0.1".into()];
            config.secrets.push(kernel::config::Secret { name: "portal".into(), hosts, file, scheme: "bearer".into() });
        })
        .await;
        let far = portal(estate()).await;
        let from = json!({ "kind": "backstage-api", "url": far.url(), "secret": "portal" });
        let slug = w.feed("Portal", from).await;
        assert_eq!(w.feed_run(&slug).await["outcome"], "imported");
        assert!(far.seen().iter().all(|r| r.contains("authorization: Bearer s3cr3t")), "{:?}", far.seen());
        let unknown = json!({ "name": "Other", "from": { "kind": "backstage-api", "url": "https://a.example", "secret": "none" } });
        assert!(w.post("/api/v1/feeds", &unknown).await.expect(422).text.contains("[[secret]]"));
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_change_sources_may_only_look_at_feeds() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(estate()).await;
        let slug = w.feed("Portal", api(&far.url())).await;
        for who in ["reader", "member"] {
            let mut client = w.client(who);
            client.get("/api/v1/feeds").await.expect(200);
            let page = client.get(&format!("/feeds/{slug}")).await.expect(200).text;
            assert!(!page.contains("Run it now"), "{page}");
            for path in ["", "/portal/run", "/portal/preview", "/portal/archival"] {
                let new = json!({ "name": "X", "from": api("https://a.example") });
                client.json("POST", &format!("/api/v1/feeds{path}"), &new).await.expect(403);
            }
        }
        w.t.client().get("/api/v1/feeds").await.expect(401);
        assert!(far.seen().is_empty() && w.feed_runs(&slug).await.is_empty());
        w.t.end().await;
    }
}

/// A look at a feed whose teams go into a group that is there.
async fn looked(w: &World, name: &str, from: Value) -> Value {
    let made = w.post("/api/v1/feeds", &json!({ "name": name, "from": from, "group": "core" })).await.expect(201).json();
    w.preview(made["slug"].as_str().unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn real_catalogues_give_the_plan_that_their_files_give() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = std::env::var_os("BELLWETHER_DATA").map_or_else(|| "../shared/data".into(), std::path::PathBuf::from);
    let folder = root.join(data).join("backstage");
    let names = ["acme-org.yaml", "acme-team-a-group.yaml", "create-app-entities.yaml", "create-app-org.yaml"];
    let files: Vec<(&str, String)> =
        names.into_iter().filter_map(|n| Some((n, std::fs::read_to_string(folder.join(n)).ok()?))).collect();
    if files.len() < names.len() {
        eprintln!("{} files not here", names.len() - files.len());
        return;
    }
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let sent: Vec<Value> = files.iter().map(|(name, text)| json!({ "name": name, "text": text })).collect();
        let body = json!({ "files": sent, "group": "core", "dry_run": true });
        let by_file = w.post("/api/v1/imports/backstage", &body).await.expect(200).json();
        assert!(by_file["steps"].as_array().unwrap().len() >= 4, "{by_file}");

        let parsed = files.iter().flat_map(|(_, text)| serde_saphyr::from_multiple::<Value>(text).unwrap());
        let far = portal(parsed.collect()).await;
        let look = looked(&w, "Portal", api(&far.url())).await;
        assert_eq!(steps(&look["plan"]), steps(&by_file));

        let at = w.folder.join("repositories/catalogue");
        std::fs::create_dir_all(&at).unwrap();
        crate::git::git(&at, 0, "x", &["init", "-q", "-b", "main", "."]);
        files.iter().for_each(|(name, text)| std::fs::write(at.join(name), text).unwrap());
        crate::git::git(&at, 0, "x", &["add", "."]);
        crate::git::git(&at, 0, "x", &["commit", "-q", "-m", "x"]);
        let from = json!({ "kind": "git", "url": at.to_str().unwrap(), "paths": ["*.yaml"] });
        let look = looked(&w, "Repository", from).await;
        // The very same: places, what is refused and what is passed over, too.
        for part in ["steps", "refused", "skipped", "facts"] {
            assert_eq!(look["plan"][part], by_file[part], "{part}");
        }
        w.t.end().await;
    }
}
