use std::time::Duration;

use kernel::testing::TestApp;

use crate::{PASSWORD, first, invite, on_both, path_of, person, post};

on_both! {
    an_invitation_sets_the_password_once;
    a_link_that_does_not_work_says_what_to_do;
    a_new_link_ends_the_one_before;
    a_reset_ends_every_session_and_the_old_password;
    an_ended_account_has_no_link;
}

async fn an_invitation_sets_the_password_once(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, link) = invite(&mut admin, "Maya <Okafor>", "maya@example.org").await;
    let mut maya = t.client();
    let form = maya.get(&link).await.expect(200).text;
    assert!(form.contains("Maya &lt;Okafor&gt;") && form.contains("maya@example.org"), "{form}");
    // Before that nobody can sign in.
    maya.form("/sign-in", &[("mail", "maya@example.org"), ("password", "")]).await.expect(422);
    let refused = maya.form(&link, &[("password", "short")]).await.expect(422).text;
    assert!(refused.contains("needs at least 12") && refused.contains("href=\"#password\""), "{refused}");
    assert!(!refused.contains("value=\"short\""));
    maya.form(&link, &[("password", "maya@example.org")]).await.expect(422);
    assert_eq!(maya.form(&link, &[("password", PASSWORD)]).await.expect(303).location(), "/");
    assert_eq!(maya.get("/api/v1/me").await.expect(200).json()["person"]["id"], id.as_str());
    // The link is used up, also for the page that asks.
    let mut thief = t.client();
    thief.get(&link).await.expect(404);
    thief.form(&link, &[("password", "another long sentence")]).await.expect(404);
    thief.form("/sign-in", &[("mail", "maya@example.org"), ("password", PASSWORD)]).await.expect(303);
    t.end().await;
}

async fn a_link_that_does_not_work_says_what_to_do(t: TestApp) {
    let mut admin = first(&t).await;
    let (_, link) = invite(&mut admin, "Maya", "maya@example.org").await;
    let mut browser = t.client();
    let zeros = "0".repeat(64);
    for path in [format!("/invitation/{zeros}"), "/invitation/x".into(), "/invitation/%00".into(), format!("/reset/{zeros}")] {
        let page = browser.get(&path).await.expect(404).text;
        assert!(page.contains("This link does not work any more") && page.contains("Ask the platform engineer"), "{page}");
        browser.form(&path, &[("password", PASSWORD)]).await.expect(404);
    }
    browser.get("/invitation/%FF").await.expect(404);
    // An invitation is no reset.
    browser.get(&link.replace("invitation", "reset")).await.expect(404);
    t.clock.advance(Duration::from_secs(7 * 24 * 3600 - 1));
    browser.get(&link).await.expect(200);
    t.clock.advance(Duration::from_secs(1));
    browser.get(&link).await.expect(404);
    browser.form(&link, &[("password", PASSWORD)]).await.expect(404);
    t.end().await;
}

/// Makes a link on the page of an account; it stands there in full.
async fn new_link(admin: &mut kernel::testing::Client, id: &str) -> String {
    let page = format!("/people/{id}");
    let shown = post(admin, &page, &format!("{page}/links"), &[]).await.expect(200).text;
    let at = shown.find("http://127.0.0.1:8080/").unwrap_or_else(|| panic!("no link: {shown}"));
    path_of(shown[at..].split('<').next().unwrap())
}

async fn a_new_link_ends_the_one_before(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, old) = invite(&mut admin, "Maya", "maya@example.org").await;
    let new = new_link(&mut admin, &id).await;
    assert!(new.starts_with("/invitation/"), "{new}");
    let mut maya = t.client();
    maya.get(&old).await.expect(404);
    maya.form(&new, &[("password", PASSWORD)]).await.expect(303);
    let reset = new_link(&mut admin, &id).await;
    assert!(reset.starts_with("/reset/"), "{reset}");
    // Shown once: no page has it now.
    let account = admin.get(&format!("/people/{id}")).await.expect(200).text;
    assert!(!account.contains(&reset), "{account}");
    t.end().await;
}

async fn a_reset_ends_every_session_and_the_old_password(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let link = new_link(&mut admin, &id).await;
    // Until it is used nothing changes.
    maya.get("/account").await.expect(200);
    let mut browser = t.client();
    browser.get(&link).await.expect(200);
    browser.form(&link, &[("password", "a sentence that is new")]).await.expect(303);
    browser.get("/account").await.expect(200);
    maya.get("/account").await.expect(401);
    let mut again = t.client();
    again.form("/sign-in", &[("mail", "maya@example.org"), ("password", PASSWORD)]).await.expect(422);
    again.form("/sign-in", &[("mail", "maya@example.org"), ("password", "a sentence that is new")]).await.expect(303);
    t.end().await;
}

async fn an_ended_account_has_no_link(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, link) = invite(&mut admin, "Maya", "maya@example.org").await;
    let page = format!("/people/{id}");
    post(&mut admin, &page, &format!("{page}/deactivation"), &[]).await.expect(303);
    t.client().get(&link).await.expect(404);
    let refused = post(&mut admin, &page, &format!("{page}/links"), &[]).await.expect(409).text;
    assert!(refused.contains("Open it again first"), "{refused}");
    t.end().await;
}
