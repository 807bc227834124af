//! The demonstration, as somebody sees it who has never seen the program.

use crate::process::{Folder, Server, http};

/// What each page of the tour has to show for its story.
const SEEN: [(&str, &[&str]); 13] = [
    ("/overview/port-systems", &["Accounts", "Tracking", "Notifications"]),
    ("/reports/payments/13", &["the index is written", "worse"]),
    ("/metrics/deployments/cargo", &["Every merge is deployed by the pipeline", "proposed"]),
    ("/metrics/availability/booking", &["No berth could be booked for four hours", "98.71"]),
    ("/reports/tracking/13", &["no value since sprint 9", "Stale"]),
    ("/standards/two-factors", &["Gate control", "replaced in spring", "Ama Boateng"]),
    ("/workloads/harbour-dues/reviews/sre-practice", &["High", "3 high, 0 medium"]),
    ("/workloads/harbour-dues/risks", &["days late", "Accepted", "In place, by the review", "exposes", "4 found", "1 closed"]),
    ("/teams/cargo/actions", &["Let the pipeline deploy", "Done"]),
    ("/contradictions", &["Vessel tracking", "Age of the newest backup: 263 h (positions)", "backup job"]),
    ("/groups/port-systems/sessions", &["Review of sprint 13", "Readiness", "of ten reports are ready"]),
    ("/prevalence", &["of 7"]),
    ("/trail", &["Recompute the whole trail"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_stop_of_the_tour_shows_its_story_and_the_way_out_leaves_nothing() {
    let folder = Folder::new();
    let server = Server::demonstration(&folder.data());
    let text = async |path: &str| {
        let answer = http().get(server.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let tour = text("/demonstration").await;
    for (path, words) in SEEN {
        assert!(tour.contains(&format!("href=\"{path}\"")), "the tour does not lead to {path}");
        let page = text(path).await;
        assert!(page.contains("/demonstration"), "{path} does not say that it is sample data");
        for word in words {
            assert!(page.contains(word), "{path} does not show {word}");
        }
    }
    assert_eq!(tour.matches("class=\"ruled\"").count(), 1);
    server.stop();
    // What is said of leaving is true: the folder that was named has no data of it.
    assert!(!folder.data().join("bellwether.db").exists());
}
