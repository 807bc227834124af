//! Filling in the past: when somebody asks for it, as a job; what people said stays; what fails half way is told.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use kernel::testing::TestApp;
use kernel::web::{Actor, Ctx};
use people::rights;
use serde_json::{Value, json};

use crate::far::{Far, Play, json as answer, sample};
use crate::world::{World, instant, rows, table};

/// 7 September 2026, the first moment of week 37, in Unix seconds.
const WEEK_37: f64 = 1_788_739_200.0;

/// The moment that a query is for.
fn time(line: &str) -> f64 {
    line.split("time=").nth(1).and_then(|t| t.split([' ', '&']).next()).unwrap().parse().unwrap()
}

fn body_of(play: Play) -> String {
    match play {
        Play::Answer(_, _, body) => body,
        other => panic!("{other:?}"),
    }
}

fn number_of(values: &[(String, f64, String, String)], period: &str) -> Option<(f64, String)> {
    values.iter().find(|v| v.0 == period).map(|v| (v.1, v.2.clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offer_counts_what_has_closed_what_is_missing_and_what_stays() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::start(sample("5")).await;
        for (metric, periods, from) in [
            // Twenty-two sprints of the calendar have closed; weeks and days go back as if there had been four before.
            ("lead", 22, "2026-01-06T00:00:00Z"),
            ("latency", 52, "2025-11-17T00:00:00Z"),
            ("up", 371, "2025-11-11T00:00:00Z"),
        ] {
            let slug = w.make(metric, metric, "payments", instant(&far.url())).await;
            let whole = json!({ "sprints": 26, "from": from, "periods": periods, "missing": periods, "kept": 0 });
            assert_eq!(w.offer(&slug).await, whole);
        }
        w.says("member", "latency", "2026-W30", 7.0).await;
        w.says("robot", "latency", "2026-W31", 8.0).await;
        w.run("latency").await;
        let offer = w.offer("latency").await;
        assert_eq!((offer["missing"].as_i64(), offer["kept"].as_i64()), (Some(49), Some(2)), "{offer}");
        let asked = far.seen().len();
        let page = w.client("engineer").get("/sources/latency").await.expect(200).text;
        for words in ["52 weeks of the last 26 sprints have closed", "49 of them have no value", "/sources/latency/backfill"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let page = w.get("/sources/latency").await.expect(200).text;
        assert!(!page.contains("/backfill"), "who may not ask gets no button: {page}");
        assert_eq!(far.seen().len(), asked, "an offer asks nobody");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_or_pushed_stays_also_when_it_comes_meanwhile() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |c| c.outgoing.timeout_seconds = Some(600)).await;
        let far = Far::start(Play::Held(body_of(sample("5")))).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        w.says("member", "latency", "2026-W30", 7.0).await;
        w.says("robot", "latency", "2026-W31", 8.0).await;
        w.ask(&slug).await;
        far.waits_for(1).await;
        w.says("member", "latency", "2026-W40", 9.0).await;
        w.says("member", "latency", "2026-W46", 10.0).await;
        far.release();
        sources::jobs::settled(&w.t.app).await;
        let values = w.values("latency", "payments").await;
        assert_eq!(values.len(), 52);
        for (period, number, way) in [
            ("2026-W30", 7.0, "typed"),
            ("2026-W31", 8.0, "pushed"),
            ("2026-W40", 9.0, "typed"),
            ("2026-W46", 10.0, "typed"),
            ("2026-W39", 5.0, "pulled"),
            ("2025-W47", 5.0, "pulled"),
        ] {
            assert_eq!(number_of(&values, period), Some((number, way.to_owned())), "{period}");
        }
        let run = &w.runs(&slug).await[0];
        assert_eq!(run["stored"], 48, "{run}");
        let said = run["message"].as_str().unwrap();
        assert_eq!(said, "48 of 52 weeks were filled in, back to week 47 2025. 4 typed or pushed values stay.");
        let kept: Vec<&Value> = run["values"].as_array().unwrap().iter().filter(|p| p["fate"] == "kept").collect();
        let periods: Vec<&str> = kept.iter().map(|p| p["period"].as_str().unwrap()).collect();
        assert_eq!(periods, ["2026-W46", "2026-W40", "2026-W31", "2026-W30"]);
        assert!(kept[3]["detail"].as_str().unwrap().contains("7 ms, typed by Ann member, stays"), "{}", kept[3]);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_twice_it_is_done_once_and_changes_nothing_the_second_time() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |c| c.outgoing.timeout_seconds = Some(600)).await;
        let far = Far::start(Play::Held(body_of(sample("5")))).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        let keyed = || async {
            let request = Request::post(format!("/api/v1/sources/{slug}/backfill")).header("idempotency-key", "once");
            w.client("engineer").send(request.body(Body::empty()).unwrap()).await.expect(202)
        };
        let first = keyed().await;
        far.waits_for(1).await;
        assert_eq!(keyed().await.json(), first.json(), "the same answer");
        let refused = w.post(&format!("/api/v1/sources/{slug}/backfill"), &Value::Null).await.expect(409);
        assert!(refused.text.contains("is being filled in already"), "{}", refused.text);
        let page = w.client("engineer").get(&format!("/sources/{slug}")).await.expect(200).text;
        assert!(page.contains("Being filled in") && page.contains("Ann engineer") && !page.contains("/backfill"), "{page}");
        far.release();
        sources::jobs::settled(&w.t.app).await;
        assert_eq!(keyed().await.json(), first.json());
        sources::jobs::settled(&w.t.app).await;
        let (runs, values) = (w.runs(&slug).await, w.values("latency", "payments").await);
        assert_eq!((runs.len(), values.len(), far.seen().len()), (1, 52, 52));
        assert_eq!(
            (runs[0]["asked_by"].as_str(), runs[0]["backfill_from"].as_str()),
            (Some("Ann engineer"), Some("2025-11-17T00:00:00Z"))
        );

        let again = w.fill(&slug).await;
        assert_eq!((again["outcome"].as_str(), again["stored"].as_i64()), (Some("unchanged"), Some(0)), "{again}");
        assert!(again["message"].as_str().unwrap().starts_with("0 of 52 weeks were filled in"), "{again}");
        assert_eq!(w.values("latency", "payments").await, values);
        assert_eq!(far.seen().len(), 53, "only the newest is asked for again");
        assert_eq!(w.offer(&slug).await["missing"], 0);
        // The schedule takes the newest alone, as if nothing had been filled in.
        w.t.clock.advance(Duration::from_secs(3600));
        w.tick().await;
        assert_eq!(far.seen().len(), 54);
        assert!(w.runs(&slug).await[0].get("backfill_from").is_none());
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_half_way_keeps_what_came_and_the_rest_can_be_asked_for_again() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let fails: [(Play, &str); 3] = [
            (Play::Answer("500 Oops", "text/html", "<title>Oops</title>".into()), "status 500"),
            (Play::Half, "broke off"),
            (Play::Hang, "within 1 s"),
        ];
        for (n, (play, words)) in fails.into_iter().enumerate() {
            let team = format!("team-{n}");
            w.post("/api/v1/teams", &json!({ "name": team, "group": "core" })).await.expect(201);
            let (what, name) = (play.clone(), format!("Latency {n}"));
            let far = Far::acting(move |line| if time(line) >= WEEK_37 { sample("5") } else { what.clone() }).await;
            let slug = w.make(&name, "latency", &team, instant(&far.url())).await;
            let run = w.fill(&slug).await;
            let message = run["message"].as_str().unwrap();
            assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("stored"), Some(10)), "{words}: {run}");
            assert!(message.starts_with("10 of 52 weeks were filled in, back to week 47 2025. 42 have no value"), "{message}");
            assert!(message.contains("the newest of them, week 36: ") && message.contains(words), "{message}");
            assert_eq!(far.seen().len(), 13, "after three failures in a row it stops asking");
            let values = w.values("latency", &team).await;
            let periods: Vec<String> = values.iter().map(|v| v.0.clone()).collect();
            assert_eq!(periods, (37..=46).map(|n| format!("2026-W{n}")).collect::<Vec<_>>(), "no nought, no guess");
            assert_eq!(w.offer(&slug).await["missing"], 42);
            assert_eq!(w.source(&slug).await["failures"], 0, "the newest came");

            far.now(sample("6"));
            let run = w.fill(&slug).await;
            assert_eq!(run["stored"], 43, "42 that were missing, and the newest has another number: {run}");
            let values = w.values("latency", &team).await;
            assert_eq!(values.len(), 52);
            assert_eq!((number_of(&values, "2026-W45").unwrap().0, number_of(&values, "2026-W36").unwrap().0), (5.0, 6.0));
        }
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_newest_has_no_number_nothing_is_stored_and_the_page_says_why() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::start(Play::Answer("500 Oops", "text/html", "<title>Oops</title>".into())).await;
        let other = Far::start(sample("3")).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        let good = w.make("Good", "latency", "search", instant(&other.url())).await;
        w.ask(&slug).await;
        w.ask(&good).await;
        sources::jobs::settled(&w.t.app).await;
        let run = &w.runs(&slug).await[0];
        assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("failed"), Some(0)), "{run}");
        assert_eq!((w.values("latency", "payments").await.len(), far.seen().len()), (0, 1));
        assert_eq!(w.values("latency", "search").await.len(), 52, "the other one is filled in");
        let source = w.source(&slug).await;
        assert_eq!(source["failures"], 1);
        assert!(source["backfill"].get("asked_at").is_none(), "it does not go on for ever: {source}");
        let page = w.client("engineer").get(&format!("/sources/{slug}")).await.expect(200).text;
        let past = page.split("id=\"past\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(
            past.contains("The last try ended") && past.contains("status 500") && past.contains("Fill in the past again"),
            "{past}"
        );
        assert!(!past.contains("Filled in"), "nothing was: {past}");
        far.now(sample("5"));
        assert_eq!(w.fill(&slug).await["stored"], 52);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_the_past_are_stored_also_when_the_newest_has_none_and_the_page_says_both() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::start(answer(r#"{"items":[{"day":"2026-10-27","n":3},{"day":"2026-11-03","n":4}]}"#)).await;
        let slug = w.make("Rows", "latency", "payments", rows(&far.url())).await;
        let run = w.fill(&slug).await;
        assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("failed"), Some(2)), "{run}");
        let said = run["message"].as_str().unwrap();
        assert!(
            said.contains("2 of 52 weeks were filled in") && said.contains("the newest of them, week 46: none of the 2 rows"),
            "{said}"
        );
        let values: Vec<_> = w.values("latency", "payments").await.into_iter().map(|v| (v.0, v.1)).collect();
        assert_eq!(values, [("2026-W44".to_owned(), 3.0), ("2026-W45".to_owned(), 4.0)]);
        let page = w.get(&format!("/sources/{slug}")).await.expect(200).text;
        assert!(page.contains("the newest week has no value. Two earlier values were stored."), "{page}");
        assert!(!page.contains("no value changed"), "{page}");
        w.run(&slug).await;
        let page = w.get(&format!("/sources/{slug}")).await.expect(200).text;
        assert!(page.contains("The last run failed, so no value changed."), "{page}");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_a_change_and_a_source_that_is_put_away_leave_it_as_it_was() {
    for engine in TestApp::ENGINES {
        let w = World::with(engine, |c| c.outgoing.timeout_seconds = Some(600)).await;
        let far = Far::start(Play::Held(body_of(sample("5")))).await;
        let slug = w.make("Latency", "latency", "payments", instant(&far.url())).await;
        w.ask(&slug).await;
        far.waits_for(1).await;
        // Changed while it runs: nothing of that run is stored, and it goes again as the source is now.
        let change = json!({
            "name": "Another", "metric": "latency", "subject": "payments", "every_minutes": 60, "pull": instant(&far.url()),
        });
        w.client("engineer").json("PATCH", &format!("/api/v1/sources/{slug}"), &change).await.expect(200);
        far.release();
        sources::jobs::settled(&w.t.app).await;
        assert_eq!((w.values("latency", "payments").await, w.runs(&slug).await.len()), (vec![], 0));
        assert!(w.source(&slug).await["backfill"].get("asked_at").is_some(), "it is asked for still");
        w.tick().await;
        let values = w.values("latency", "payments").await;
        assert!(values.len() == 52 && values.iter().all(|v| v.3 == "Another"), "{values:?}");
        assert!(w.source(&slug).await["backfill"].get("asked_at").is_none());

        // Killed while it ran: the claim is there and nothing more. It is told, and done again once the claim has run out.
        let slug = w.make("Lead", "lead", "payments", instant(&far.url())).await;
        let minute = Duration::from_secs(60);
        let cx = Ctx::of(Actor::job("collector", &[&rights::SOURCES]), w.t.app.now(), "x");
        let asks = Ctx::of(Actor { name: "Ann".into(), ..Actor::job("x", &[&rights::SOURCES]) }, w.t.app.now(), "x");
        let wanted = slug.clone();
        w.t.app.write(&asks, move |cx, tx| sources::acts::ask_backfill(cx, tx, &wanted).map(|_| ())).await.unwrap();
        let wanted = slug.clone();
        let claim = w.t.app.write(&cx, move |cx, tx| sources::acts::claim(cx, tx, &wanted, minute)).await.unwrap().unwrap();
        assert!(claim.backfill);
        w.tick().await;
        assert!(w.runs(&slug).await.is_empty(), "somebody else has it");
        w.t.clock.advance(2 * minute);
        w.tick().await;
        let runs = w.runs(&slug).await;
        assert!(runs[1]["message"].as_str().unwrap().contains("The server stopped"), "{}", runs[1]);
        assert_eq!((runs[0]["stored"].as_i64(), runs[0]["asked_by"].as_str()), (Some(22), Some("Ann")), "{}", runs[0]);

        let far = Far::start(Play::Held(body_of(sample("5")))).await;
        let slug = w.make("Up", "up", "payments", instant(&far.url())).await;
        w.ask(&slug).await;
        far.waits_for(1).await;
        w.post(&format!("/api/v1/sources/{slug}/archival"), &Value::Null).await.expect(204);
        far.release();
        sources::jobs::settled(&w.t.app).await;
        w.tick().await;
        assert_eq!((w.values("up", "payments").await, w.runs(&slug).await.len()), (vec![], 0));
        w.post(&format!("/api/v1/sources/{slug}/backfill"), &Value::Null).await.expect(409);
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_tables_with_a_time_fill_in_the_past_with_one_question() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        // Noon of each Wednesday from 19 November 2025 on; the last is in week 47, which has not closed.
        let days = (0..53_i64).map(|n| 1_763_553_600 + n * 7 * 86_400);
        let items: Vec<String> = days.clone().map(|d| format!(r#"{{"day":{d},"n":{}}}"#, d % 1000)).collect();
        let items = answer(&format!(r#"{{"items":[{}]}}"#, items.join(",")));
        let lines: String = days.clone().map(|d| format!("{d},{}\n", d % 1000)).collect();
        let far = Far::start(items).await;
        let sheet = Far::start(Play::Answer("200 OK", "text/csv", format!("day,n\n{lines}"))).await;
        for (slug, subject, far) in [
            (w.make("Rows", "latency", "payments", rows(&far.url())).await, "payments", &far),
            (w.make("Table", "latency", "search", table(&sheet.url())).await, "search", &sheet),
        ] {
            let run = w.fill(&slug).await;
            assert_eq!((run["outcome"].as_str(), run["stored"].as_i64()), (Some("stored"), Some(52)), "{run}");
            let numbers: Vec<f64> = w.values("latency", subject).await.iter().map(|v| v.1).collect();
            assert_eq!(numbers, days.clone().take(52).map(|d| (d % 1000) as f64).collect::<Vec<_>>(), "{subject}");
            assert_eq!(far.seen().len(), 1, "{subject}");
        }
        w.t.end().await;
    }
}
