//! Tables as people and worse paste them: what is taken, what is refused with its place, and that nothing else is stored.

use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both! {
    a_table_is_previewed_then_taken_as_a_whole_history;
    what_is_stored_stays_unless_somebody_says_so;
    merged_cells_and_markup_are_read_and_never_run;
    formulas_are_refused_and_never_computed;
    decimals_of_another_country_are_asked_or_told_by_the_table;
    mixed_units_are_refused_with_their_place;
    a_period_twice_is_refused_and_a_future_one_too;
    an_unknown_metric_is_refused_by_name_and_the_rest_is_taken;
    too_much_is_refused_whole;
    a_page_shows_the_same_without_a_script;
}

const PATH: &str = "/api/v1/teams/payments/paste";

async fn paste(w: &mut World, text: &str) -> Value {
    w.maya.json("POST", PATH, &json!({ "text": text })).await.expect(200).json()
}

async fn dry(w: &mut World, text: &str) -> Value {
    w.maya.json("POST", PATH, &json!({ "text": text, "dry_run": true })).await.expect(200).json()
}

fn refused(answer: &Value) -> Vec<String> {
    let all = answer["refused"].as_array().unwrap().iter();
    all.map(|r| format!("{}: {}", r["where"].as_str().unwrap(), r["why"].as_str().unwrap())).collect()
}

fn history(rows: impl Iterator<Item = i64>) -> String {
    rows.fold("Sprint\tAvailability\tOpen threats\n".to_owned(), |out, n| out + &format!("{n}\t9{}.5\t{n}\n", n % 9))
}

async fn a_table_is_previewed_then_taken_as_a_whole_history(mut w: World) {
    let text = history(1..=22);
    let seen = dry(&mut w, &text).await;
    assert_eq!((&seen["taken"], &seen["dry_run"]), (&json!(44), &json!(true)));
    assert!(seen.get("recorded_at").is_none());
    assert!(w.series("availability", "payments").await.is_empty(), "a preview stores nothing");
    let headings: Vec<&Value> = seen["headings"].as_array().unwrap().iter().map(|h| &h["meaning"]["is"]).collect();
    assert_eq!(headings, ["period", "metric", "metric"]);
    let taken = paste(&mut w, &text).await;
    assert_eq!(taken["taken"], 44);
    assert_eq!(w.series("availability", "payments").await.len(), 22);
    let (_, value) = w.series("open-threats", "payments").await.remove(21);
    assert_eq!((&value["number"], &value["way"], &value["source"]), (&json!(22.0), &json!("pushed"), &json!("Maya")));
    // Once more: nothing changes.
    let again = paste(&mut w, &text).await;
    assert_eq!((&again["taken"], &again["unchanged"]), (&json!(0), &json!(44)));
    w.t.end().await;
}

async fn what_is_stored_stays_unless_somebody_says_so(mut w: World) {
    paste(&mut w, "Sprint,Availability\n21,99\n22,98\n").await;
    w.later();
    let other = "Sprint,Availability\n21,97\n22,96\n";
    let seen = paste(&mut w, other).await;
    assert_eq!((&seen["taken"], &seen["differing"]), (&json!(0), &json!(2)));
    assert_eq!(w.number("availability", "21").await, Some(99.0));
    let one = json!({ "text": other, "replace": ["availability/payments/22"] });
    let done = w.maya.json("POST", PATH, &one).await.expect(200).json();
    assert_eq!((&done["taken"], &done["differing"]), (&json!(1), &json!(1)));
    assert_eq!((w.number("availability", "21").await, w.number("availability", "22").await), (Some(99.0), Some(96.0)));
    w.t.end().await;
}

async fn merged_cells_and_markup_are_read_and_never_run(mut w: World) {
    let text = "<script>alert(1)</script><table onclick=\"x()\"><tr><th>Sprint</th><th>Availability</th><th>Open threats</th></tr>\
        <tr><td rowspan=\"2\">21</td><td>99.1</td><td><img src=x onerror=alert(1)>3</td></tr>\
        <tr><td colspan=\"2\">99.2</td></tr><tr><td>22</td><td><b>98</b></td><td>&lt;b&gt;4</td></tr></table>";
    let seen = paste(&mut w, text).await;
    assert_eq!(w.number("availability", "22").await, Some(98.0));
    assert_eq!(w.number("open-threats", "21").await, Some(3.0));
    let why = refused(&seen);
    assert!(why.iter().any(|r| r.contains("row 3, column 2") && r.contains("The same metric and period stand at")), "{why:?}");
    assert!(why.iter().any(|r| r.contains("row 4, column 3") && r.contains("is no number")), "{why:?}");
    assert_eq!(w.number("open-threats", "22").await, None);
    // A cell as large as the world ends.
    let vast = "<table><tr><th>Sprint</th><th>Availability</th></tr><tr><td rowspan=99999999 colspan=99999999>22</td></tr></table>";
    assert!(w.maya.json("POST", PATH, &json!({ "text": vast })).await.status < 500);
    w.t.end().await;
}

async fn formulas_are_refused_and_never_computed(mut w: World) {
    let text = "Sprint\tAvailability\tOpen threats\n21\t=98+1\t+3\n22\t=HYPERLINK(\"http://x\",\"99\")\t@SUM(A1)\n";
    let seen = paste(&mut w, text).await;
    assert_eq!(w.number("availability", "21").await, None);
    let why = refused(&seen);
    let places: Vec<&str> = why.iter().map(|r| r.split_once(": ").unwrap().0).collect();
    assert_eq!(places, ["row 2, column 2", "row 3, column 2", "row 3, column 3"], "{why:?}");
    assert!(why.iter().all(|r| r.contains("is a formula")), "{why:?}");
    // A sign before digits is a number.
    assert_eq!((&seen["taken"], w.number("open-threats", "21").await), (&json!(1), Some(3.0)));
    w.t.end().await;
}

async fn decimals_of_another_country_are_asked_or_told_by_the_table(mut w: World) {
    let told = paste(&mut w, "Sprint;Latency, p95;Availability\n21;1.234,5;99,5\n").await;
    assert_eq!((told["taken"].as_u64(), w.number("latency-p95", "21").await), (Some(2), Some(1234.5)));
    let text = "Sprint\tLatency, p95\n22\t1.234\n";
    let asked = paste(&mut w, text).await;
    assert_eq!((&asked["taken"], &asked["asks_decimal"]), (&json!(0), &json!(true)));
    assert!(refused(&asked)[0].contains("It may be 1.234 or 1234"), "{:?}", refused(&asked));
    let said = json!({ "text": text, "choices": { "decimal": "comma" } });
    assert_eq!(w.maya.json("POST", PATH, &said).await.expect(200).json()["taken"], 1);
    assert_eq!(w.number("latency-p95", "22").await, Some(1234.0));
    w.t.end().await;
}

async fn mixed_units_are_refused_with_their_place(mut w: World) {
    let seen = paste(&mut w, "Sprint\tLatency, p95\n20\t655 ms\n21\t0.7 s\n22\t640\n").await;
    assert_eq!(seen["taken"], 2);
    let why = refused(&seen);
    assert!(why.len() == 1 && why[0].starts_with("row 3, column 2") && why[0].contains("another unit"), "{why:?}");
    assert_eq!(w.number("latency-p95", "21").await, None);
    w.t.end().await;
}

async fn a_period_twice_is_refused_and_a_future_one_too(mut w: World) {
    let seen = paste(&mut w, "Sprint,Availability\n22,99\n22,98\n22,99\n23,97\n40,96\n").await;
    assert_eq!((seen["taken"].as_u64(), w.number("availability", "22").await), (Some(1), Some(99.0)));
    let why = refused(&seen);
    assert!(why.iter().any(|r| r.starts_with("row 3, column 2: The same metric and period stand at row 2, column 2")), "{why:?}");
    assert!(why.iter().any(|r| r.starts_with("row 5, column 2") && r.contains("no sprint 23 that has begun")), "{why:?}");
    assert_eq!(why.len(), 3);
    let months = paste(&mut w, "Month,Cost of running\n2026-10,21.5\n2027-01,9\n").await;
    assert_eq!(months["taken"], 1);
    assert!(refused(&months)[0].contains("has not begun"), "{:?}", refused(&months));
    w.t.end().await;
}

async fn an_unknown_metric_is_refused_by_name_and_the_rest_is_taken(mut w: World) {
    let text = "metric,subject,period,number\nno-such-thing,payments,22,1\navailability,payments,22,99\nerrors,nowhere,22,3\nerrors,harbour-dues,22,4\n";
    let seen = paste(&mut w, text).await;
    assert_eq!(seen["taken"], 2);
    let why = refused(&seen);
    assert!(why.iter().any(|r| r.starts_with("row 2") && r.contains("no metric like “no-such-thing”")), "{why:?}");
    assert!(why.iter().any(|r| r.starts_with("row 4") && r.contains("no workload “nowhere”")), "{why:?}");
    assert_eq!(w.series("errors", "harbour-dues").await.len(), 1);
    // Another team's table is not for us, nor is ours for a caller without the right.
    w.maya.json("POST", "/api/v1/teams/booking/paste", &json!({ "text": text })).await.expect(403);
    w.t.end().await;
}

async fn too_much_is_refused_whole(mut w: World) {
    let rows = |n: usize| (0..n).fold("Sprint\tAvailability\n".to_owned(), |out, i| out + &format!("{}\t99\n", i % 22 + 1));
    let told = w.maya.json("POST", PATH, &json!({ "text": rows(50_000) })).await.expect(422).text;
    assert!(told.contains("more than 20000 rows"), "{told}");
    let wide = format!("Sprint\t{}\n", "Availability\t".repeat(300));
    let told = w.maya.json("POST", PATH, &json!({ "text": wide })).await.expect(422).text;
    assert!(told.contains("at most 200"), "{told}");
    assert!(w.series("availability", "payments").await.is_empty());
    w.t.end().await;
}

/// What the box shows of a page: the button that takes, and where.
async fn a_page_shows_the_same_without_a_script(mut w: World) {
    let mut owner = World::owner(&w.t);
    let page = owner.get("/values/payments").await.expect(200).text;
    assert!(page.contains("Paste it here") && page.contains("/api/v1/teams/payments/values"), "{page}");
    let text = "Sprint\tAvailability\tOpen things\tThreats open\tWeather\r\n21\t99\t4\t3\tfine\r\n22\tmany\t5\t2\tfoul\r\n<b>\t1\t2\t3\t4\r\n";
    let csrf = kernel::testing::Client::csrf(&page);
    let fields = |act: &'static str| [("csrf", csrf.clone()), ("text", text.to_owned()), ("act", act.to_owned())];
    let send = |f: &[(&'static str, String)]| f.iter().map(|(k, v)| (*k, v.clone())).collect::<Vec<_>>();
    let all = send(&fields("preview"));
    let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let seen = owner.form("/values/payments", &all).await.expect(200).text;
    for part in [
        "Nothing is stored yet",
        "by similar words",
        "no metric is called like this",
        "Row 3, column 2",
        "is no number",
        "name=\"column.c5\"",
        "Take 3 values",
        "&lt;b&gt;",
    ] {
        assert!(seen.contains(part), "“{part}” is not on the page:\n{seen}");
    }
    assert!(!seen.contains("<b>\t"), "what was pasted is escaped");
    assert!(w.series("availability", "payments").await.is_empty());
    // A column left out, then taken.
    let mut all: Vec<(&str, &str)> = all.into_iter().filter(|(k, _)| *k != "act").collect();
    all.extend([("column.c4", ""), ("act", "take")]);
    let to = owner.form("/values/payments", &all).await.expect(303);
    assert_eq!(to.location(), "/values/payments");
    assert_eq!((w.number("availability", "21").await, w.number("open-threats", "21").await), (Some(99.0), None));
    let page = owner.get("/values/payments").await.expect(200).text;
    assert!(page.contains("Recorded by you") && page.contains("One value, ") && page.contains("no value"), "{page}");
    // What cannot be read comes back as it was typed.
    let told = owner.form("/values/payments", &[("csrf", &csrf), ("text", "no table & <i>"), ("act", "take")]).await;
    assert!(told.status == 422 || told.text.contains("What would be taken"), "{}", told.text);
    assert!(told.text.contains("no table &amp; &lt;i&gt;"), "{}", told.text);
    let told = owner.form("/values/payments", &[("csrf", &csrf), ("text", "a"), ("sprint", "soon"), ("act", "take")]).await;
    assert!(told.expect(422).text.contains("“soon” is no sprint"));
    w.t.end().await;
}
