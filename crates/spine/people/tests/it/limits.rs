use std::time::Duration;

use kernel::config::Config;
use kernel::db::Engine;
use kernel::testing::{Answer, Client, TestApp};

use crate::{PASSWORD, configured, first, invite, on_both};

on_both! {
    ten_wrong_passwords_close_an_account_for_a_minute;
}

async fn sign_in(client: &mut Client, mail: &str, password: &str) -> Answer {
    client.form("/sign-in", &[("mail", mail), ("password", password)]).await
}

async fn ten_wrong_passwords_close_an_account_for_a_minute(t: TestApp) {
    first(&t).await;
    let mut browser = t.client();
    for _ in 0..10 {
        // However the address is written, it is the same account.
        sign_in(&mut browser, " Ingrid@Example.ORG", "wrong").await.expect(422);
    }
    let refused = sign_in(&mut browser, "ingrid@example.org", PASSWORD).await.expect(429);
    assert_eq!(refused.headers["retry-after"], "60");
    assert!(refused.text.contains("Try again in 60 seconds"), "{}", refused.text);
    assert!(refused.text.contains("value=\"ingrid@example.org\"") && browser.cookie.is_none());
    t.clock.advance(Duration::from_secs(59));
    assert_eq!(sign_in(&mut browser, "ingrid@example.org", PASSWORD).await.expect(429).headers["retry-after"], "1");
    t.clock.advance(Duration::from_secs(1));
    sign_in(&mut browser, "ingrid@example.org", PASSWORD).await.expect(303);
    // The right one took nothing: it works again at once.
    browser.cookie = None;
    sign_in(&mut browser, "ingrid@example.org", PASSWORD).await.expect(303);
    t.end().await;
}

fn behind_a_proxy() -> TestApp {
    configured(Engine::Sqlite, Config { trusted_proxies: vec![[127, 0, 0, 1].into()], ..Config::default() })
}

fn from(address: &str, path: &str, body: &str) -> axum::http::Request<axum::body::Body> {
    axum::http::Request::post(path)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-forwarded-for", address)
        .body(axum::body::Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_wrong_tries_close_an_address_and_leave_others_alone() {
    let t = behind_a_proxy();
    first(&t).await;
    let mut browser = t.client();
    for n in 0..30 {
        let body = format!("mail=p{n}%40example.org&password=wrong");
        browser.send(from("192.0.2.7", "/sign-in", &body)).await.expect(422);
    }
    let right = "mail=ingrid%40example.org&password=a+long+sentence";
    let refused = browser.send(from("192.0.2.7", "/sign-in", right)).await.expect(429);
    assert_eq!(refused.headers["retry-after"], "10");
    for _ in 0..20 {
        browser.send(from("192.0.2.7", "/sign-in", right)).await.expect(429);
    }
    // What the closed address tried has not closed the account.
    browser.send(from("192.0.2.8", "/sign-in", right)).await.expect(303);
    t.clock.advance(Duration::from_secs(10));
    browser.cookie = None;
    browser.send(from("192.0.2.7", "/sign-in", right)).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_links_cannot_be_guessed_in_a_row() {
    let t = behind_a_proxy();
    let mut browser = t.client();
    let guess = "code=HARE-1-OAK&name=A&mail=a%40example.org&password=a+long+sentence";
    for _ in 0..30 {
        browser.send(from("192.0.2.7", "/start", guess)).await.expect(422);
    }
    browser.send(from("192.0.2.7", "/start", guess)).await.expect(429);
    let mut admin = first(&t).await;
    let (_, link) = invite(&mut admin, "Maya", "maya@example.org").await;
    let path = format!("/invitation/{}", "0".repeat(64));
    for _ in 0..30 {
        browser.send(from("192.0.2.9", &path, "password=a+long+sentence")).await.expect(404);
    }
    assert!(
        browser.send(from("192.0.2.9", &path, "password=a+long+sentence")).await.expect(429).headers.contains_key("retry-after")
    );
    browser.send(from("192.0.2.10", &link, "password=a+long+sentence")).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_password_cannot_be_guessed_from_an_open_session() {
    let t = crate::app(Engine::Sqlite);
    let mut admin = first(&t).await;
    let csrf = Client::csrf(&admin.get("/account").await.text);
    let mut change = async |current: &str| {
        admin.form("/account/password", &[("csrf", &csrf), ("current", current), ("new", "a sentence that is new")]).await
    };
    for _ in 0..10 {
        change("wrong").await.expect(422);
    }
    assert_eq!(change(PASSWORD).await.expect(429).headers["retry-after"], "60");
    t.clock.advance(Duration::from_secs(60));
    change(PASSWORD).await.expect(303);
}
