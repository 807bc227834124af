//! Making, changing and showing channels; who may; and that no address is anywhere.

use kernel::db::Engine;
use serde_json::json;

use crate::far::Receiver;
use crate::world;
use crate::world::{channel, config, deliver, faults, owner, send, with, world};

on_both! {
    bad_input_names_its_place;
    a_channel_is_made_changed_and_put_away;
    a_facilitator_changes_those_of_the_group_alone;
    the_form_is_shown_again_with_what_was_typed;
    no_address_is_in_a_page_an_export_or_the_database;
}

async fn bad_input_names_its_place(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    let mut c = owner(&t);
    let good = json!({ "name": "Chat", "topics": ["minutes"], "to": { "kind": "slack", "secret": "chat" } });
    for (field, value, at) in [
        ("name", json!(" "), "name"),
        ("name", json!("a\nb"), "name"),
        ("slug", json!("new"), "slug"),
        ("topics", json!([]), "topics"),
        ("group", json!("nobody"), "group"),
        ("to", json!({ "kind": "slack", "secret": "" }), "to.secret"),
        ("to", json!({ "kind": "slack", "secret": "hook-key" }), "to.secret"),
        ("to", json!({ "kind": "teams", "secret": "lost" }), "to.secret"),
        ("to", json!({ "kind": "mail", "addresses": ["x"] }), "to.addresses"),
        ("to", json!({ "kind": "people" }), "to.kind"),
        ("to", json!({ "kind": "webhook", "secret": "chat", "signed_with": [] }), "to.signed_with"),
        ("to", json!({ "kind": "webhook", "secret": "chat", "signed_with": ["chat"] }), "to.signed_with"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = c.json("POST", "/api/v1/channels", &body).await.expect(422).json();
        assert_eq!(faults(&answer), [at], "{answer}");
    }
    for (field, value) in [("topics", json!(["rumour"])), ("to", json!({ "kind": "pigeon" })), ("url", json!("https://x.example"))]
    {
        let mut body = good.clone();
        body[field] = value;
        c.json("POST", "/api/v1/channels", &body).await.expect(422);
    }
    c.json("POST", "/api/v1/channels", &good).await.expect(201);
    let taken = c.json("POST", "/api/v1/channels", &good).await.expect(409);
    assert!(taken.text.contains("Choose another name"), "{}", taken.text);
    c.get("/api/v1/channels/nobody").await.expect(404);
    c.get("/api/v1/channels/%00").await.expect(404);
    c.get("/channels/nobody").await.expect(404);
    c.get("/messages/x").await.expect(404);
    c.get("/api/v1/messages/x/deliveries").await.expect(404);
    c.get("/api/v1/deliveries/01930000-0000-7000-8000-000000000000").await.expect(404);
    c.get("/api/v1/channels?cursor=00").await.expect(422);
    c.get("/api/v1/dead-letters?limit=0").await.expect(422);
    t.end().await;
}

async fn a_channel_is_made_changed_and_put_away(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address), ("other", far.address)], None)).await;
    let mut c = owner(&t);
    let made =
        channel(&t, "Chat", Some("shop"), &["notice", "minutes", "notice"], json!({ "kind": "slack", "secret": "chat" })).await;
    assert_eq!((&made["slug"], &made["version"], &made["topics"]), (&json!("chat"), &json!(1), &json!(["minutes", "notice"])));
    assert_eq!(made["group"], json!({ "slug": "shop", "name": "Shop" }));
    let change = json!({ "name": "Chat room", "group": "shop", "topics": ["council"], "to": { "kind": "teams", "secret": "other" }, "version": 1 });
    let changed = c.json("PUT", "/api/v1/channels/chat", &change).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["version"], &changed["topics"]), (&json!("Chat room"), &json!(2), &json!(["council"])));
    // Somebody else was faster.
    c.json("PUT", "/api/v1/channels/chat", &change).await.expect(409);
    let mut other = change.clone();
    other["version"] = json!(2);
    other["group"] = json!("depot");
    assert_eq!(faults(&c.json("PUT", "/api/v1/channels/chat", &other).await.expect(422).json()), ["group"]);
    other["group"] = json!("shop");
    other["slug"] = json!("room");
    assert_eq!(faults(&c.json("PUT", "/api/v1/channels/chat", &other).await.expect(422).json()), ["slug"]);
    let list = c.get("/api/v1/channels").await.expect(200).json();
    assert_eq!(list["items"][0]["name"], "Chat room");
    c.json("POST", "/api/v1/channels/chat/archival", &json!({})).await.expect(204);
    c.json("POST", "/api/v1/channels/chat/archival", &json!({})).await.expect(409);
    c.json("POST", "/api/v1/channels/chat/test", &json!({})).await.expect(409);
    assert_eq!(c.get("/api/v1/channels").await.expect(200).json()["items"], json!([]));
    assert!(c.get("/channels/chat").await.expect(200).text.contains("It was put away"));
    // Its name is free again, its key is not: links to it stay true.
    let again =
        json!({ "name": "Chat room", "slug": "chat-2", "topics": ["minutes"], "to": { "kind": "slack", "secret": "chat" } });
    c.json("POST", "/api/v1/channels", &again).await.expect(201);
    t.end().await;
}

async fn a_facilitator_changes_those_of_the_group_alone(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    channel(&t, "All", None, &["minutes"], json!({ "kind": "slack", "secret": "chat" })).await;
    let mut shop = with(&t, Some("shop"), "channels.write").await;
    let mut other = with(&t, Some("depot"), "channels.write").await;
    let mut reader = with(&t, None, "questions.ask").await;
    let body = |group: Option<&str>| json!({ "name": "Ours", "group": group, "topics": ["minutes"], "to": { "kind": "slack", "secret": "chat" } });
    let refused = shop.json("POST", "/api/v1/channels", &body(None)).await.expect(403);
    assert!(refused.text.contains("the platform engineer"), "{}", refused.text);
    shop.json("POST", "/api/v1/channels", &body(Some("depot"))).await.expect(403);
    shop.json("POST", "/api/v1/channels", &body(Some("shop"))).await.expect(201);
    for (client, status) in [(&mut other, 403), (&mut reader, 403), (&mut t.client(), 401)] {
        client.json("PUT", "/api/v1/channels/ours", &body(Some("shop"))).await.expect(status);
        client.json("POST", "/api/v1/channels/ours/test", &json!({})).await.expect(status);
        client.json("POST", "/api/v1/channels/ours/archival", &json!({})).await.expect(status);
    }
    assert_eq!(far.got().len(), 0);
    // Everybody who is signed in sees channels and what left by them.
    reader.get("/api/v1/channels/ours").await.expect(200);
    reader.get("/api/v1/channels/ours/deliveries").await.expect(200);
    t.client().get("/api/v1/channels").await.expect(401);
    let tested = shop.json("POST", "/api/v1/channels/ours/test", &json!({})).await.expect(200).json();
    assert_eq!(tested["state"], "arrived", "{tested}");
    assert_eq!(far.got().len(), 1);
    assert!(String::from_utf8_lossy(&far.got()[0].body).contains("A test of the channel Ours"));
    t.end().await;
}

async fn the_form_is_shown_again_with_what_was_typed(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    let mut c = owner(&t);
    let page = c.form("/channels", &[("name", "<Chat>"), ("way", "slack"), ("secret", ""), ("topic", "council")]).await.expect(422);
    for part in ["value=\"&lt;Chat&gt;\"", "href=\"#secret\"", "value=\"council\" checked"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let sent =
        [("name", "Chat"), ("way", "slack"), ("secret", "chat"), ("whose", "shop"), ("topic", "council"), ("topic", "minutes")];
    assert_eq!(c.form("/channels", &sent).await.expect(303).location(), "/channels/chat");
    let page = c.get("/channels/chat").await.expect(200).text;
    assert!(page.contains("name=\"version\" value=\"1\"") && page.contains("Send a test"), "{page}");
    let changed = [("name", "Chat"), ("way", "slack"), ("secret", "chat"), ("topic", "notice"), ("version", "1")];
    c.form("/channels/chat", &changed).await.expect(303);
    assert_eq!(c.get("/api/v1/channels/chat").await.expect(200).json()["topics"], json!(["notice"]));
    let stale = c.form("/channels/chat", &changed).await.expect(422);
    assert!(stale.text.contains("is at version 2 meanwhile"), "{}", stale.text);
    assert_eq!(c.form("/channels/chat/test", &[]).await.expect(303).location(), "/channels/chat#lately");
    assert!(c.get("/channels/chat").await.expect(200).text.contains("Arrived"));
    c.form("/channels/chat/archival", &[]).await.expect(303);
    t.end().await;
}

kernel::sql! {
    TRAIL = "SELECT body FROM trail_payload";
    CHANNEL = "SELECT body FROM channel";
    OUTBOX = "SELECT coalesce(last_fault, '') FROM outbox";
}

async fn no_address_is_in_a_page_an_export_or_the_database(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    let mut c = owner(&t);
    channel(&t, "Chat", None, &["minutes"], json!({ "kind": "webhook", "secret": "chat", "signed_with": ["hook-key"] })).await;
    // A receiver that repeats the address that it was asked for.
    far.says(&[crate::far::Say::Status("404 Not Found", "X-Path: /T0KEN/chat\r\n")]);
    send(&t, world::minutes(None, 1)).await;
    deliver(&t).await;
    let mut shown = String::new();
    for path in ["/channels", "/channels/chat", "/dead-letters", "/api/v1/channels/chat", "/api/v1/dead-letters", "/api/v1/trail"] {
        shown.push_str(&c.get(path).await.expect(200).text);
    }
    let exported = t
        .app
        .db
        .read(|tx| kernel::configured::export(&messages::configured::CONFIGURED.iter().collect::<Vec<_>>(), tx))
        .await
        .unwrap();
    assert!(exported.contains("secret: chat") && exported.contains("- hook-key"), "{exported}");
    for sql in [&TRAIL, &CHANNEL, &OUTBOX] {
        let rows = t
            .app
            .db
            .read(move |tx| tx.query(sql, &[])?.iter().map(|r| r.text(0)).collect::<kernel::Result<Vec<_>>>())
            .await
            .unwrap();
        assert!(!rows.is_empty());
        shown.push_str(&rows.join("\n"));
    }
    shown.push_str(&exported);
    for hidden in ["T0KEN", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
    assert_eq!(far.got()[0].path, "/T0KEN/chat");
    t.end().await;
}
