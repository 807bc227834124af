//! An entry is taken back by whoever made it, while its sprint runs; both stay on record.

use kernel::testing::Client;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both! {
    what_stood_before_counts_again_with_where_it_came_from;
    only_ones_own_newest_entry_is_taken_back;
    twice_the_same_is_refused;
    after_the_sprint_it_is_corrected_not_taken_back;
    a_pasted_table_is_taken_back_as_a_whole;
    a_note_goes_with_its_entry;
}

const PATH: &str = "/api/v1/teams/payments/withdrawal";

async fn record(client: &mut Client, period: &str, number: f64, note: Option<&str>) {
    let value = json!({ "metric": "open-threats", "subject": "payments", "period": period, "number": number, "note": note });
    client.json("POST", "/api/v1/values", &json!({ "values": [value] })).await.expect(200);
}

fn of(period: &str) -> Value {
    json!({ "metric": "open-threats", "period": period })
}

async fn what_stood_before_counts_again_with_where_it_came_from(mut w: World) {
    record(&mut w.ines, "22", 22.0, None).await;
    let before = w.series("open-threats", "payments").await;
    w.later();
    record(&mut w.maya, "22", 24.0, None).await;
    assert_eq!(w.number("open-threats", "22").await, Some(24.0));
    w.later();
    let done = w.maya.json("POST", PATH, &of("22")).await.expect(200).json();
    assert_eq!((&done["values"][0]["was"], &done["values"][0]["number"]), (&json!(24.0), &json!(22.0)));
    assert_eq!(w.series("open-threats", "payments").await, before, "number, source and date of the value before");
    // Typed and taken back again: still the first one, with its own date.
    w.later();
    record(&mut w.maya, "22", 30.0, None).await;
    w.later();
    w.maya.json("POST", PATH, &of("22")).await.expect(200);
    assert_eq!(w.series("open-threats", "payments").await, before);
    // The first value of all leaves none, never 0.
    record(&mut w.maya, "21", 7.0, None).await;
    w.maya.json("POST", PATH, &of("21")).await.expect(200);
    assert_eq!(w.number("open-threats", "21").await, None);
    w.t.end().await;
}

async fn only_ones_own_newest_entry_is_taken_back(mut w: World) {
    let none = w.maya.json("POST", PATH, &of("22")).await.expect(404).text;
    assert!(none.contains("There is no value of"), "{none}");
    record(&mut w.maya, "22", 24.0, None).await;
    w.later();
    record(&mut w.ines, "22", 25.0, None).await;
    let told = w.maya.json("POST", PATH, &of("22")).await.expect(409).text;
    assert!(told.contains("is by Ines"), "{told}");
    assert_eq!(w.number("open-threats", "22").await, Some(25.0));
    let faults = w.maya.json("POST", PATH, &json!({ "metric": "open-threats" })).await.expect(422).text;
    assert!(faults.contains("Name metric and period"), "{faults}");
    w.maya.json("POST", "/api/v1/teams/booking/withdrawal", &of("22")).await.expect(403);
    w.t.end().await;
}

async fn twice_the_same_is_refused(mut w: World) {
    record(&mut w.maya, "22", 22.0, None).await;
    w.later();
    record(&mut w.maya, "22", 24.0, None).await;
    let (slug, starts) = ("payments", w.series("open-threats", "payments").await[0].1["starts"].clone());
    let starts = kernel::time::Time::parse(starts.as_str().unwrap()).unwrap();
    let entries = w.t.app.db.read(move |tx| {
        let team = catalogue::store::team_by_slug(tx, slug)?;
        metrics::store::entries(tx, "open-threats", team.id, starts, 10)
    });
    let newest = entries.await.unwrap().remove(0);
    let body = json!({ "metric": "open-threats", "period": "22", "entry": newest.id });
    w.maya.json("POST", PATH, &body).await.expect(200);
    // A second press of the same button does not go on to the entry before.
    let told = w.maya.json("POST", PATH, &body).await.expect(409).text;
    assert!(told.contains("taken back already"), "{told}");
    assert_eq!(w.number("open-threats", "22").await, Some(22.0));
    w.maya.json("POST", PATH, &of("22")).await.expect(200);
    let told = w.maya.json("POST", PATH, &of("22")).await.expect(409).text;
    assert!(told.contains("taken back already"), "{told}");
    w.t.end().await;
}

async fn after_the_sprint_it_is_corrected_not_taken_back(mut w: World) {
    record(&mut w.maya, "22", 24.0, None).await;
    w.t.clock.advance(std::time::Duration::from_secs(8 * 86_400));
    let told = w.maya.json("POST", PATH, &of("22")).await.expect(409).text;
    assert!(told.contains("has ended") && told.contains("Type the right value"), "{told}");
    assert_eq!(w.number("open-threats", "22").await, Some(24.0));
    w.t.end().await;
}

async fn a_pasted_table_is_taken_back_as_a_whole(mut w: World) {
    record(&mut w.ines, "21", 5.0, None).await;
    w.later();
    let text = "Sprint,Open threats,Availability\n20,3,99\n21,4,98\n22,2,97\n";
    let body = json!({ "text": text, "replace_all": true });
    let taken = w.maya.json("POST", "/api/v1/teams/payments/paste", &body).await.expect(200).json();
    assert_eq!(taken["taken"], 6);
    w.later();
    // What was corrected since is another decision, and stays.
    record(&mut w.maya, "22", 9.0, None).await;
    let at = json!({ "at": taken["recorded_at"] });
    let done = w.maya.json("POST", PATH, &at).await.expect(200).json();
    assert_eq!(done["count"], 5);
    let numbers = [
        w.number("open-threats", "20").await,
        w.number("open-threats", "21").await,
        w.number("open-threats", "22").await,
        w.number("availability", "22").await,
    ];
    assert_eq!(numbers, [None, Some(5.0), Some(9.0), None]);
    let told = w.maya.json("POST", PATH, &at).await.expect(409).text;
    assert!(told.contains("nothing to take back"), "{told}");
    w.ines.json("POST", PATH, &at).await.expect(409);
    w.t.end().await;
}

async fn a_note_goes_with_its_entry(mut w: World) {
    record(&mut w.ines, "22", 22.0, Some("Two are duplicates.")).await;
    w.later();
    record(&mut w.maya, "22", 24.0, Some("All of them.")).await;
    w.maya.json("POST", PATH, &of("22")).await.expect(200);
    let (_, value) = w.series("open-threats", "payments").await.remove(0);
    assert_eq!((&value["note"], &value["note_by"]), (&json!("Two are duplicates."), &json!("Ines")));
    w.t.end().await;
}
