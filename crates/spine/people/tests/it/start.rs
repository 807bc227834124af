use kernel::config::Config;
use kernel::db::Engine;
use kernel::testing::TestApp;
use people::acts;

use crate::{PASSWORD, configured, first, on_both};

on_both! {
    a_wrong_first_form_is_shown_again_with_every_fault_and_without_the_password;
    the_first_account_is_made_once;
    a_code_ends_after_a_week_and_with_the_next;
}

async fn a_wrong_first_form_is_shown_again_with_every_fault_and_without_the_password(t: TestApp) {
    acts::setup_code(&t.app).await.unwrap().unwrap();
    let mut browser = t.client();
    let fields = [("code", "HARE-1-OAK"), ("name", "Ingrid <b>"), ("mail", "nobody"), ("password", "secret-one")];
    let page = browser.form("/start", &fields).await.expect(422).text;
    for kept in ["value=\"HARE-1-OAK\"", "value=\"Ingrid &lt;b&gt;\"", "value=\"nobody\""] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    assert!(!page.contains("secret-one"), "{page}");
    assert!(page.contains("Three fields need another look"), "{page}");
    for link in ["href=\"#code\"", "href=\"#mail\"", "href=\"#password\""] {
        assert!(page.contains(link), "{link}: {page}");
    }
    for fields in [&[][..], &[("code", "\0"), ("name", "\0"), ("mail", "\0"), ("password", "\0")]] {
        browser.form("/start", fields).await.expect(422);
    }
    assert!(browser.cookie.is_none());
    browser.get("/people").await.expect(401);
    t.end().await;
}

async fn the_first_account_is_made_once(t: TestApp) {
    let mut browser = t.client();
    assert_eq!(browser.get("/sign-in").await.expect(303).location(), "/start");
    let code = acts::setup_code(&t.app).await.unwrap().unwrap();
    let form = browser.get(&format!("/start?code={code}")).await.expect(200).text;
    assert!(form.contains(&format!("value=\"{code}\"")), "{form}");
    // As somebody types it who reads it from another screen.
    let typed = code.to_lowercase().replace('-', " ");
    let fields = [("code", typed.as_str()), ("name", "Ingrid"), ("mail", "Ingrid@Example.org"), ("password", PASSWORD)];
    let done = browser.form("/start", &fields).await.expect(303);
    assert_eq!(done.location(), "/welcome");
    let cookie = done.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; Path=/;") && cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "{cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");
    let me = browser.get("/api/v1/me").await.expect(200).json();
    assert_eq!((&me["kind"], &me["person"]["mail"]), (&"person".into(), &"ingrid@example.org".into()));
    // Once there is an account, neither form nor code makes another.
    let mut second = t.client();
    assert_eq!(second.get("/start").await.expect(303).location(), "/sign-in");
    second.form("/start", &fields).await.expect(422);
    assert!(acts::setup_code(&t.app).await.unwrap().is_none());
    assert_eq!(browser.get("/api/v1/people").await.json()["items"].as_array().unwrap().len(), 1);
    t.end().await;
}

async fn a_code_ends_after_a_week_and_with_the_next(t: TestApp) {
    let old = acts::setup_code(&t.app).await.unwrap().unwrap();
    let new = acts::setup_code(&t.app).await.unwrap().unwrap();
    let mut browser = t.client();
    let mut with = async |code: &str| {
        browser.form("/start", &[("code", code), ("name", "I"), ("mail", "i@example.org"), ("password", PASSWORD)]).await.status
    };
    assert_eq!(with(&old).await, 422);
    t.clock.advance(std::time::Duration::from_secs(7 * 24 * 3600));
    assert_eq!(with(&new).await, 422);
    t.clock.advance(std::time::Duration::from_secs(3600));
    let newest = acts::setup_code(&t.app).await.unwrap().unwrap();
    assert_eq!(with(&newest).await, 303);
    t.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_cookies_and_links_keep_to_the_sub_path() {
    let config = Config { public_url: Some("https://example.org/bw".into()), ..Config::default() };
    let t = configured(Engine::Sqlite, config);
    let code = acts::setup_code(&t.app).await.unwrap().unwrap();
    let mut browser = t.client();
    let form = browser.get("/bw/start").await.expect(200).text;
    assert!(form.contains("action=\"/bw/start\""), "{form}");
    let fields = [("code", code.as_str()), ("name", "I"), ("mail", "i@example.org"), ("password", PASSWORD)];
    let done = browser.form("/bw/start", &fields).await.expect(303);
    assert_eq!(done.location(), "/bw/welcome");
    let cookie = done.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; Path=/bw;") && cookie.contains("; Secure"), "{cookie}");
    let made = browser.json("POST", "/bw/api/v1/people", &serde_json::json!({ "name": "A", "mail": "a@example.org" })).await;
    let url = made.expect(201).json()["link"]["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://example.org/bw/invitation/"), "{url}");
    assert_eq!(t.client().get("/bw/sign-in?to=/people").await.expect(200).status, 200);
    let refused = t.client().get("/bw/people?after=00").await.expect(401).text;
    assert!(refused.contains("href=\"/bw/sign-in?to=/people%3Fafter%3D00\""), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_not_made_for_another_site() {
    let t = crate::app(Engine::Sqlite);
    let mut admin = first(&t).await;
    let send = |site: &'static str| {
        axum::http::Request::post("/people")
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(axum::body::Body::from("name=A&mail=a%40example.org"))
            .unwrap()
    };
    admin.send(send("cross-site")).await.expect(403);
    // From the same site, but without the token of a form.
    admin.send(send("same-origin")).await.expect(403);
    assert_eq!(admin.get("/api/v1/people").await.json()["items"].as_array().unwrap().len(), 1);
}
