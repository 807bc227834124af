//! The same by pages and forms, without a script.

use kernel::testing::TestApp;

use crate::far::{Far, Play, sample};
use crate::world::{World, instant};

fn fields<'a>(url: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("kind", "prometheus"),
        ("name", "Latency from Prometheus"),
        ("metric", "latency"),
        ("subject", "team/payments"),
        ("url", url),
        ("query", "latency"),
        ("mode", "instant"),
        ("reduce", ""),
        ("secret", ""),
        ("every", "2"),
        ("unit", "hours"),
    ];
    for (name, value) in more {
        all.retain(|(n, _)| n != name);
        all.push((name, value));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_tried_made_run_changed_and_put_away_by_hand() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = Far::start(sample("412")).await;
        let url = far.url();
        let mut browser = w.client("engineer");
        let empty = browser.get("/sources").await.expect(200).text;
        assert!(empty.contains("Make the first source"), "{empty}");
        let form = browser.get("/sources/new").await.expect(200).text;
        assert!(form.contains("Payments, team") && form.contains("latency in ms, each team, every week"), "{form}");
        assert!(browser.get("/sources/new?kind=git").await.expect(200).text.contains("days from commit to first tag, median"));

        let tried = browser.form("/sources", &fields(&url, &[("try", "yes")])).await.expect(200).text;
        for words in ["Tried just now", "Would be stored", "Week 46 would have 412 ms", "value=\"Latency from Prometheus\""] {
            assert!(tried.contains(words), "{words}: {tried}");
        }
        assert!(w.values("latency", "payments").await.is_empty());

        let refused =
            browser.form("/sources", &fields(&url, &[("every", "0"), ("query", " "), ("name", "<b>")])).await.expect(422).text;
        for words in ["Two fields need another look", "id=\"every-e\"", "id=\"query-e\"", "value=\"&lt;b&gt;\""] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
        for (change, words) in [
            (("every", "soon"), "“soon” is no whole number."),
            (("every", "9223372036854775807"), "is no whole number."),
            (("subject", "workload/payments"), "is measured for each team. Choose a team."),
            (("mode", "sometimes"), "This is none of the choices."),
            (("url", "nowhere"), "Write it like https://"),
        ] {
            let text = browser.form("/sources", &fields(&url, &[change])).await.expect(422).text;
            assert!(text.contains(words), "{change:?}: {text}");
        }

        let made = browser.form("/sources", &fields(&url, &[])).await.expect(303);
        let here = made.location().to_owned();
        assert_eq!(here, "/sources/latency-from-prometheus");
        let text = browser.get(&here).await.expect(200).text;
        for words in ["Not run yet", "every 2 hours", "at once", "Try it", "Run it now"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(browser.form(&format!("{here}/run"), &[]).await.expect(303).location(), here);
        let text = browser.get(&here).await.expect(200).text;
        assert!(text.contains("Week 46 has 412 ms.") && text.contains("asked for by"), "{text}");
        assert_eq!(w.values("latency", "payments").await.len(), 1, "the past waits until somebody asks for it");
        for words in ["52 weeks of the last 26 sprints have closed", "51 of them have no value", "Fill in the past"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(browser.form(&format!("{here}/backfill"), &[]).await.expect(303).location(), format!("{here}#past"));
        sources::jobs::settled(&w.t.app).await;
        let text = browser.get(&here).await.expect(200).text;
        for words in ["51 of 52 weeks were filled in, back to week 47 2025.", "The last try ended", "filled in the past"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains("/backfill"), "nothing is left to fill in: {text}");

        far.now(Play::Answer("200 OK", "text/html", "<title>Sign in</title>".into()));
        browser.form(&format!("{here}/run"), &[]).await.expect(303);
        let text = browser.get(&here).await.expect(200).text;
        assert!(text.contains("Fails") && text.contains("content type text/html") && text.contains("no value changed"), "{text}");
        let list = browser.get("/sources").await.expect(200).text;
        assert!(
            list.contains("One source pulls values by itself. One fails") && list.contains("latency for <bdi>")
                || list.contains("Fails"),
            "{list}"
        );
        let tried = browser.form(&format!("{here}/trial"), &[]).await.expect(200).text;
        assert!(tried.contains("Tried just now") && tried.contains("Nothing was stored."), "{tried}");

        let edit = browser.get("/sources/latency-from-prometheus/change").await.expect(200).text;
        assert!(edit.contains("name=\"version\" value=\"1\"") && edit.contains("<option value=\"hours\" selected>"), "{edit}");
        far.now(sample("400"));
        let changed = fields(&url, &[("version", "1"), ("every", "90"), ("unit", "minutes"), ("name", "Latency, renamed")]);
        browser.form(&format!("{here}/change"), &changed).await.expect(303);
        let late = browser.form(&format!("{here}/change"), &changed).await.expect(422).text;
        assert!(late.contains("at version 2 meanwhile"), "{late}");
        assert_eq!(w.source("latency-from-prometheus").await["every_minutes"], 90);

        // Who only reads sees all of it and no button.
        let read = w.get(&here).await.expect(200).text;
        assert!(read.contains("Latency, renamed") && !read.contains("Run it now") && !read.contains("/change"), "{read}");
        browser.form(&format!("{here}/archival"), &[]).await.expect(303);
        let away = browser.get(&here).await.expect(200).text;
        assert!(away.contains("Put away") && !away.contains("Run it now"), "{away}");
        assert_eq!(browser.get(&format!("{here}/change")).await.status, 409);
        assert_eq!(w.values("latency", "payments").await.len(), 52, "the values stay");
        w.t.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_far_end_says_is_text_on_pages() {
    let w = World::new(TestApp::ENGINES[0]).await;
    let body = r#"{"status":"error","errorType":"bad_data","error":"<script>alert(1)</script> \" onload=x"}"#;
    let far = Far::start(Play::Answer("400 Bad Request", "application/json", body.into())).await;
    let slug = w.make("<i>Latency</i>", "latency", "payments", instant(&far.url())).await;
    w.run(&slug).await;
    for path in ["/sources".to_owned(), format!("/sources/{slug}")] {
        let text = w.get(&path).await.expect(200).text;
        assert!(text.contains("&lt;script&gt;") && !text.contains("<script>alert") && !text.contains("<i>"), "{path}: {text}");
    }
    w.t.end().await;
}
