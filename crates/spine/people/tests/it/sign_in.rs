use std::time::Duration;

use kernel::testing::TestApp;

use crate::{PASSWORD, first, on_both, person, post};

on_both! {
    a_wrong_password_and_an_unknown_address_look_the_same;
    one_goes_on_to_the_page_that_was_asked_for_and_to_no_other_server;
    signing_out_ends_the_session_and_not_only_the_cookie;
    signing_in_again_ends_the_session_that_was_there;
    a_session_ends_when_it_is_not_used;
    the_appearance_is_kept_and_one_stays_on_the_page;
}

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn a_wrong_password_and_an_unknown_address_look_the_same(t: TestApp) {
    first(&t).await;
    let mut browser = t.client();
    let mut with = async |mail: &str, password: &str| {
        let page = browser.form("/sign-in", &[("mail", mail), ("password", password)]).await.expect(422).text;
        assert!(!page.contains(password), "the password was sent back");
        page.replace(mail, "MAIL")
    };
    let wrong = with("ingrid@example.org", "another long sentence").await;
    assert_eq!(wrong, with("nobody@example.org", "another long sentence").await);
    assert!(wrong.contains("value=\"MAIL\"") && wrong.contains("href=\"#mail\""), "{wrong}");
    with("ingrid@example.org\0", "yet another sentence").await;
    let page = browser.form("/sign-in", &[]).await.expect(422).text;
    assert!(page.contains("Mail address or password is wrong"), "{page}");
    assert!(browser.cookie.is_none());
    t.end().await;
}

async fn one_goes_on_to_the_page_that_was_asked_for_and_to_no_other_server(t: TestApp) {
    first(&t).await;
    let mut browser = t.client();
    let refused = browser.get("/people?after=61").await.expect(401);
    assert!(refused.headers.contains_key("www-authenticate"));
    let link = "href=\"/sign-in?to=/people%3Fafter%3D61\"";
    assert!(refused.text.contains(link), "{}", refused.text);
    let form = browser.get("/sign-in?to=/people%3Fafter%3D61").await.expect(200).text;
    assert!(form.contains("name=\"to\" value=\"/people?after=61\""), "{form}");
    let sign_in = [("mail", "ingrid@example.org"), ("password", PASSWORD)];
    for (to, goes) in [("/people?after=61", "/people?after=61"), ("//evil.example", "/"), ("https://evil.example", "/"), ("", "/")]
    {
        browser.cookie = None;
        let fields = [sign_in[0], sign_in[1], ("to", to)];
        assert_eq!(browser.form("/sign-in", &fields).await.expect(303).location(), goes);
    }
    // Who is signed in goes on at once.
    assert_eq!(browser.get("/sign-in?to=/people").await.expect(303).location(), "/people");
    assert_eq!(browser.get("/sign-in?to=/%5Cevil.example").await.expect(303).location(), "/");
    let form = t.client().get("/sign-in?to=//evil.example").await.expect(200).text;
    assert!(!form.contains("evil"), "{form}");
    t.end().await;
}

async fn signing_out_ends_the_session_and_not_only_the_cookie(t: TestApp) {
    let mut admin = first(&t).await;
    let kept = admin.cookie.clone();
    // Another page of ours cannot be made to do it.
    admin.form("/sign-out", &[]).await.expect(403);
    let out = post(&mut admin, "/people", "/sign-out", &[]).await.expect(303);
    assert_eq!(out.location(), "/sign-in");
    assert!(admin.cookie.is_none());
    admin.cookie = kept;
    admin.get("/people").await.expect(401);
    // Twice does no harm.
    assert_eq!(admin.form("/sign-out", &[]).await.expect(303).location(), "/sign-in");
    t.end().await;
}

async fn signing_in_again_ends_the_session_that_was_there(t: TestApp) {
    let admin = first(&t).await;
    let mut browser = t.client();
    let sign_in = [("mail", "ingrid@example.org"), ("password", PASSWORD)];
    browser.form("/sign-in", &sign_in).await.expect(303);
    let old = browser.cookie.clone();
    let csrf = kernel::testing::Client::csrf(&browser.get("/account").await.text);
    browser.form("/sign-in", &[sign_in[0], sign_in[1], ("csrf", &csrf)]).await.expect(303);
    assert_ne!(browser.cookie, old);
    browser.get("/people").await.expect(200);
    browser.cookie = old;
    browser.get("/people").await.expect(401);
    // Another browser's session is left alone.
    let mut other = t.client();
    other.cookie = admin.cookie.clone();
    other.get("/people").await.expect(200);
    // A cookie that somebody made up is nobody's.
    other.cookie = Some(format!("session={}", "0".repeat(64)));
    other.get("/people").await.expect(401);
    t.end().await;
}

async fn a_session_ends_when_it_is_not_used(t: TestApp) {
    let mut admin = first(&t).await;
    let (_, mut maya) = person(&t, &mut admin, "maya@example.org", &[]).await;
    for _ in 0..6 {
        t.clock.advance(DAY * 13);
        maya.get("/people").await.expect(200);
    }
    admin.get("/people").await.expect(401);
    // 78 days by now; after 90 it ends, however much it is used.
    t.clock.advance(DAY * 13);
    maya.get("/people").await.expect(401);
    t.end().await;
}

async fn the_appearance_is_kept_and_one_stays_on_the_page(t: TestApp) {
    let mut admin = first(&t).await;
    let choose = |theme: &str, from: &str| {
        axum::http::Request::get(format!("/appearance?theme={theme}"))
            .header("accept", "text/html")
            .header("referer", from)
            .body(axum::body::Body::empty())
            .unwrap()
    };
    let own = "http://127.0.0.1:8080/people?after=61";
    assert_eq!(admin.send(choose("dark", own)).await.expect(303).location(), "/people?after=61");
    assert!(admin.get("/people").await.expect(200).text.contains("data-theme=\"dark\""));
    assert_eq!(admin.send(choose("light", "https://evil.example/people")).await.expect(303).location(), "/");
    assert!(admin.get("/people").await.expect(200).text.contains("data-theme=\"light\""));
    admin.send(choose("pink", own)).await.expect(422);
    admin.send(choose("system", own)).await.expect(303);
    assert!(!admin.get("/people").await.expect(200).text.contains("data-theme"));
    t.end().await;
}
