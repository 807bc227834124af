use kernel::testing::TestApp;

use crate::{PASSWORD, first, on_both, person, post};

on_both! {
    people_change_their_own_name_and_zone;
    a_change_from_an_old_page_is_refused_with_what_is_stored;
    a_new_password_ends_the_other_sessions;
    a_session_can_be_ended_from_another_browser;
}

async fn people_change_their_own_name_and_zone(t: TestApp) {
    let mut admin = first(&t).await;
    let (id, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let fields = [("name", "Maya <3"), ("zone", "Europe/Atlantis"), ("version", "2")];
    let refused = post(&mut maya, "/account", "/account", &fields).await.expect(422).text;
    assert!(refused.contains("value=\"Maya &lt;3\"") && refused.contains("href=\"#zone\""), "{refused}");
    let fields = [("name", "Maya O."), ("zone", "Asia/Tokyo"), ("version", "2")];
    let done = post(&mut maya, "/account", "/account", &fields).await.expect(303);
    let page = maya.get(done.location()).await.expect(200).text;
    assert!(page.contains("Maya O.") && page.contains("value=\"Asia/Tokyo\"") && page.contains("JST"), "{page}");
    // Not the address with which one signs in, not anybody else's account.
    let own = format!("/people/{id}");
    let csrf = kernel::testing::Client::csrf(&page);
    maya.form(&own, &[("csrf", &csrf), ("name", "M"), ("mail", "m@x.org"), ("zone", "UTC"), ("version", "3")]).await.expect(403);
    t.end().await;
}

async fn a_change_from_an_old_page_is_refused_with_what_is_stored(t: TestApp) {
    let mut admin = first(&t).await;
    let fields = [("name", "Ingrid S."), ("zone", "UTC"), ("version", "1")];
    let refused = post(&mut admin, "/account", "/account", &fields).await.expect(409).text;
    assert!(refused.contains("Somebody else has changed this account to Ingrid Solberg"), "{refused}");
    assert!(refused.contains("value=\"Ingrid S.\""), "{refused}");
    t.end().await;
}

async fn a_new_password_ends_the_other_sessions(t: TestApp) {
    let mut admin = first(&t).await;
    let mut other = t.client();
    other.form("/sign-in", &[("mail", "ingrid@example.org"), ("password", PASSWORD)]).await.expect(303);
    let wrong = [("current", "not my password"), ("new", "tiny-secret")];
    let refused = post(&mut admin, "/account", "/account/password", &wrong).await.expect(422).text;
    assert!(refused.contains("href=\"#current\"") && refused.contains("href=\"#new\""), "{refused}");
    assert!(!refused.contains("not my password") && !refused.contains("tiny-secret"));
    let right = [("current", PASSWORD), ("new", "a sentence that is new")];
    let done = post(&mut admin, "/account", "/account/password", &right).await.expect(303);
    let page = admin.get(done.location()).await.expect(200).text;
    assert!(page.contains("Password changed") && page.matches("this browser").count() == 1, "{page}");
    other.get("/account").await.expect(401);
    t.end().await;
}

async fn a_session_can_be_ended_from_another_browser(t: TestApp) {
    let mut admin = first(&t).await;
    let (_, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    let mut phone = t.client();
    phone.form("/sign-in", &[("mail", "maya@example.org"), ("password", PASSWORD)]).await.expect(303);
    let page = maya.get("/account").await.expect(200).text;
    let ends: Vec<&str> =
        page.split("action=\"").skip(1).filter_map(|p| p.split('"').next()).filter(|p| p.ends_with("/end")).collect();
    assert_eq!(ends.len(), 1, "the own session has no button: {page}");
    // Nobody else's session can be ended.
    post(&mut admin, "/account", ends[0], &[]).await.expect(404);
    phone.get("/account").await.expect(200);
    post(&mut maya, "/account", ends[0], &[]).await.expect(303);
    phone.get("/account").await.expect(401);
    maya.get("/account").await.expect(200);
    post(&mut maya, "/account", ends[0], &[]).await.expect(404);
    post(&mut maya, "/account", "/account/sessions/x/end", &[]).await.expect(404);
    t.end().await;
}
