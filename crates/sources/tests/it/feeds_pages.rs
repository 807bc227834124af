//! Feeds by pages and forms, without a script.

use kernel::testing::TestApp;

use crate::portal::{estate, portal};
use crate::world::World;

fn fields<'a>(url: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("kind", "backstage-api"),
        ("name", "The portal"),
        ("url", url),
        ("secret", ""),
        ("group", ""),
        ("zone", "Europe/London"),
        ("first_day", "2026-01-07"),
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
async fn a_feed_is_looked_at_made_run_changed_and_put_away_by_hand() {
    for engine in TestApp::ENGINES {
        let w = World::new(engine).await;
        let far = portal(estate()).await;
        let url = far.url();
        let mut browser = w.client("engineer");
        assert!(browser.get("/feeds").await.expect(200).text.contains("Make the first feed"));
        assert!(browser.get("/sources").await.expect(200).text.contains("href=\"/feeds\""));
        let form = browser.get("/feeds/new").await.expect(200).text;
        assert!(form.contains("Address of the backend") && form.contains(">Core<"), "{form}");
        assert!(browser.get("/feeds/new?kind=git").await.expect(200).text.contains("Branch, tag or commit"));

        let looked = browser.form("/feeds", &fields(&url, &[("try", "yes")])).await.expect(200).text;
        for words in ["Looked at just now", "Would be imported", "8 new.", "Claims Intake", "value=\"The portal\""] {
            assert!(looked.contains(words), "{words}: {looked}");
        }
        assert!(!w.catalogue().await.contains(&"teams/card".to_owned()));

        let refused =
            browser.form("/feeds", &fields(&url, &[("every", "0"), ("zone", "Mars"), ("name", "<b>")])).await.expect(422).text;
        for words in ["Two fields need another look", "id=\"every-e\"", "id=\"zone-e\"", "value=\"&lt;b&gt;\""] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
        for (change, words) in [
            (("every", "soon"), "“soon” is no whole number."),
            (("url", "nowhere"), "This is no address of a server."),
            (("secret", "none"), "[[secret]]"),
            (("group", "nobody"), "There is no group"),
        ] {
            let text = browser.form("/feeds", &fields(&url, &[change])).await.expect(422).text;
            assert!(text.contains(words), "{change:?}: {text}");
        }

        let made = browser.form("/feeds", &fields(&url, &[])).await.expect(303);
        let here = made.location().to_owned();
        assert_eq!(here, "/feeds/the-portal");
        let text = browser.get(&here).await.expect(200).text;
        for words in ["Not run yet", "every 2 hours", "at once", "Look first", "Run it now", "first sprint 2026-01-07"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let looked = browser.form("/feeds/the-portal/preview", &[]).await.expect(200).text;
        assert!(looked.contains("Would be imported") && looked.contains("8 new."), "{looked}");
        assert_eq!(browser.form("/feeds/the-portal/run", &[]).await.expect(303).location(), here);
        let text = browser.get(&here).await.expect(200).text;
        for words in ["Imported", "8 new.", "href=\"/teams/claims\"", "asked for by"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(browser.get("/feeds/the-portal?before=2").await.expect(200).text.contains("Newest runs"));
        browser.get("/feeds/the-portal?before=x").await.expect(422);
        assert!(browser.get("/feeds").await.expect(200).text.contains("One feed keeps the catalogue"));

        let form = browser.get("/feeds/the-portal/change").await.expect(200).text;
        assert!(form.contains("value=\"2026-01-07\"") && form.contains("Put the feed away"), "{form}");
        let stale = fields(&url, &[("version", "9")]);
        browser.form("/feeds/the-portal/change", &stale).await.expect(422);
        let hand = fields(&url, &[("version", "1"), ("unit", "hand"), ("every", ""), ("overwrite", "yes")]);
        browser.form("/feeds/the-portal/change", &hand).await.expect(303);
        let text = browser.get(&here).await.expect(200).text;
        assert!(text.contains("when somebody asks") && text.contains("is overwritten"), "{text}");
        assert_eq!(browser.form("/feeds/the-portal/archival", &[]).await.expect(303).location(), "/feeds");
        let text = browser.get(&here).await.expect(200).text;
        assert!(text.contains("Put away: it runs no more.") && !text.contains("Run it now"), "{text}");
        browser.get("/feeds/the-portal/change").await.expect(409);
        w.t.end().await;
    }
}
