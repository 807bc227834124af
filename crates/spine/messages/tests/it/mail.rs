//! Mail: to addresses and to people, by a server on this machine.

use std::time::Duration;

use kernel::config::MailSecurity;
use kernel::db::Engine;
use messages::NewMessage;
use serde_json::json;

use crate::far::Post;
use crate::world::{channel, config, deliver, minutes, owner, send, states, words, world};

on_both! {
    a_channel_mails_its_addresses_and_names_the_message;
    an_address_that_fails_holds_up_no_other_and_nobody_is_mailed_twice_for_it;
    a_person_is_mailed_if_a_channel_does_that;
    a_server_that_refuses_is_believed_and_one_that_is_busy_is_asked_again;
    nothing_goes_out_in_plain_text_where_it_should_not;
}

async fn a_channel_mails_its_addresses_and_names_the_message(engine: Engine) {
    let post = Post::start().await;
    let t = world(engine, config(&[], Some(post.address))).await;
    channel(&t, "Mail", None, &["minutes"], json!({ "kind": "mail", "addresses": ["a@example.org", "b@example.org"] })).await;
    send(&t, minutes(None, 1)).await;
    send(&t, NewMessage { href: "/sessions/1".into(), ..minutes(None, 2) }).await;
    deliver(&t).await;
    let mut mails = post.mails();
    // To each address in the order in which it was said; addresses side by side.
    mails.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        mails.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(),
        ["a@example.org", "a@example.org", "b@example.org", "b@example.org"]
    );
    let header = |text: &str, name: &str| text.lines().find_map(|l| l.strip_prefix(&format!("{name}: "))).unwrap_or("").to_owned();
    let ids: Vec<_> = mails.iter().map(|(_, text)| header(text, "Message-ID")).collect();
    assert!(ids.iter().all(|id| id.ends_with("@example.org>")), "{engine:?} {ids:?}");
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 4);
    // About one page: one conversation.
    assert_eq!(header(&mails[0].1, "References"), header(&mails[1].1, "References"));
    let text = &mails[0].1;
    for part in [
        "Auto-Submitted: auto-generated",
        "Subject: Minutes 1 & <more>",
        "All is well.",
        "- Add jitter",
        "<li><bdi>Add jitter</bdi></li>",
        "https://bellwether.example/sessions/1",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // The password went to the server and is nowhere else.
    assert!(!post.logins().is_empty());
    assert_eq!(words(&t, "mail").await, ["arrived"; 4], "one to each address");
    t.end().await;
}

async fn an_address_that_fails_holds_up_no_other_and_nobody_is_mailed_twice_for_it(engine: Engine) {
    let post = Post::start().await;
    let t = world(engine, config(&[], Some(post.address))).await;
    let addresses = json!({ "kind": "mail", "addresses": ["a@example.org", "b@example.org", "c@example.org"] });
    channel(&t, "Mail", None, &["minutes"], addresses).await;
    post.says(&["452 4.2.2 Mailbox full", "550 5.1.1 No such mailbox", "250 OK"]);
    send(&t, minutes(None, 1)).await;
    deliver(&t).await;
    let mut all = words(&t, "mail").await;
    all.sort();
    assert_eq!(all, ["arrived", "given-up", "waiting"], "{engine:?}");
    for _ in 0..3 {
        t.clock.advance(Duration::from_secs(3600));
        deliver(&t).await;
    }
    let mut receivers: Vec<_> = post.mails().into_iter().map(|(to, _)| to).collect();
    receivers.sort();
    receivers.dedup();
    assert_eq!((receivers.len(), post.mails().len()), (2, 2), "{receivers:?}");
    t.end().await;
}

async fn person(t: &kernel::testing::TestApp, name: &str, mail: &str) -> String {
    let body = json!({ "name": name, "mail": mail });
    owner(t).json("POST", "/api/v1/people", &body).await.expect(201).json()["person"]["id"].as_str().unwrap().to_owned()
}

kernel::sql! {
    LEAVE = "UPDATE person SET deactivated_at = 1 WHERE id = $1::TEXT";
}

async fn a_person_is_mailed_if_a_channel_does_that(engine: Engine) {
    let post = Post::start().await;
    let t = world(engine, config(&[], Some(post.address))).await;
    let (ada, ben) = (person(&t, "Ada", "ada@example.org").await, person(&t, "Ben", "ben@example.org").await);
    let people = vec![ada.parse().unwrap(), ben.parse().unwrap()];
    let to = |n| NewMessage { people: people.clone(), channels: false, ..minutes(None, n) };
    send(&t, to(1)).await;
    deliver(&t).await;
    assert!(post.mails().is_empty(), "{engine:?}: nobody asked for mail");
    channel(&t, "People", None, &["minutes"], json!({ "kind": "people" })).await;
    // The one's mailbox is full; the other gets mail all the same.
    post.says(&["452 4.2.2 Mailbox full", "250 OK"]);
    send(&t, to(2)).await;
    deliver(&t).await;
    assert_eq!(post.mails().len(), 1);
    let mut all = words(&t, "people").await;
    all.sort();
    assert_eq!(all, ["arrived", "waiting"]);
    t.clock.advance(Duration::from_secs(15));
    deliver(&t).await;
    let mut receivers: Vec<_> = post.mails().into_iter().map(|(to, _)| to).collect();
    receivers.sort();
    assert_eq!(receivers, ["ada@example.org", "ben@example.org"]);
    // Who left meanwhile gets nothing more.
    send(&t, to(3)).await;
    t.app.db.write(t.app.now(), move |tx| tx.execute(&LEAVE, &[ada.as_str().into()])).await.unwrap();
    deliver(&t).await;
    let ended: Vec<_> = states(&t, "people").await.into_iter().filter(|(s, _)| s == "given-up").collect();
    assert_eq!(ended.len(), 1);
    assert!(ended[0].1.contains("was ended"), "{ended:?}");
    // Messages for channels are no mail to people.
    send(&t, minutes(None, 4)).await;
    deliver(&t).await;
    assert_eq!(post.mails().len(), 3);
    let tested = owner(&t).json("POST", "/api/v1/channels/people/test", &json!({})).await.expect(409);
    assert!(tested.text.contains("sign in as a person"), "{}", tested.text);
    t.end().await;
}

async fn a_server_that_refuses_is_believed_and_one_that_is_busy_is_asked_again(engine: Engine) {
    let post = Post::start().await;
    let t = world(engine, config(&[], Some(post.address))).await;
    channel(&t, "Mail", None, &["minutes"], json!({ "kind": "mail", "addresses": ["a@example.org"] })).await;
    post.says(&["451 4.3.0 Try again later", "550 5.1.1 No such mailbox"]);
    send(&t, minutes(None, 1)).await;
    deliver(&t).await;
    let (state, fault) = states(&t, "mail").await.remove(0);
    assert_eq!(state, "waiting", "{engine:?} {fault}");
    t.clock.advance(Duration::from_secs(15));
    deliver(&t).await;
    let (state, fault) = states(&t, "mail").await.remove(0);
    assert_eq!(state, "given-up");
    assert!(fault.contains("To a@example.org") && fault.contains("No such mailbox"), "{fault}");
    assert!(post.mails().is_empty());
    t.end().await;
}

async fn nothing_goes_out_in_plain_text_where_it_should_not(engine: Engine) {
    let post = Post::start().await;
    let mut settings = config(&[], Some(post.address));
    settings.mail.as_mut().unwrap().security = MailSecurity::StartTls;
    let t = world(engine, settings).await;
    let made = channel(&t, "Mail", None, &["minutes"], json!({ "kind": "mail", "addresses": ["a@example.org"] })).await;
    send(&t, minutes(None, 1)).await;
    deliver(&t).await;
    // The server offers no encryption: neither the mail nor the password is sent.
    assert!(post.mails().is_empty() && post.logins().is_empty(), "{engine:?}");
    assert_eq!(words(&t, "mail").await, ["waiting"]);
    // What waits for a channel that is put away is given up, and stays to be seen.
    let slug = made["slug"].as_str().unwrap();
    owner(&t).json("POST", &format!("/api/v1/channels/{slug}/archival"), &json!({})).await.expect(204);
    t.clock.advance(Duration::from_secs(15));
    deliver(&t).await;
    let (state, fault) = states(&t, "mail").await.remove(0);
    assert_eq!(state, "given-up");
    assert!(fault.contains("was put away"), "{fault}");
    t.end().await;
}
