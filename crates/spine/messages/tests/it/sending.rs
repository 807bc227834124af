//! Deliveries: who hears what, in which form, in which order; what happens when a receiver refuses, hangs or is gone, and when the
//! sender ends in the middle.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::db::Engine;
use messages::jobs;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::far::{Receiver, Say, nobody};
use crate::world::{KEYS, channel, config, deliver, faults, group, minutes, owner, send, states, with, words, world};

on_both! {
    each_channel_hears_its_topics_and_its_group_once;
    a_webhook_is_signed_by_each_key_and_a_stranger_can_check_it;
    a_receiver_that_is_busy_gets_the_same_message_again_when_it_said;
    what_is_refused_is_kept_until_somebody_tries_it_again_or_drops_it;
    a_receiver_that_is_gone_loses_nothing_and_keeps_its_order;
    what_nobody_takes_for_two_days_is_given_up;
    one_that_hangs_holds_up_nobody_else;
    a_sender_that_ends_in_the_middle_sends_it_again_under_the_same_id;
    a_cause_that_fails_says_nothing;
}

fn slack(secret: &str) -> serde_json::Value {
    json!({ "kind": "slack", "secret": secret })
}

async fn each_channel_hears_its_topics_and_its_group_once(engine: Engine) {
    let far = Receiver::start().await;
    let names = ["all", "shop", "depot", "council", "cards"];
    let hooks: Vec<_> = names.iter().map(|n| (*n, far.address)).collect();
    let t = world(engine, config(&hooks, None)).await;
    channel(&t, "all", None, &["minutes"], slack("all")).await;
    channel(&t, "shop", Some("shop"), &["minutes", "notice"], slack("shop")).await;
    channel(&t, "depot", Some("depot"), &["minutes"], slack("depot")).await;
    channel(&t, "council", None, &["council"], slack("council")).await;
    channel(&t, "cards", Some("shop"), &["minutes"], json!({ "kind": "teams", "secret": "cards" })).await;
    let shop = group(&t, "shop").await;
    send(&t, minutes(Some(shop), 1)).await;
    // The same cause, as a request that is repeated or a job that runs twice would say it.
    send(&t, minutes(Some(shop), 1)).await;
    deliver(&t).await;
    let mut paths: Vec<_> = far.got().iter().map(|g| g.path.clone()).collect();
    paths.sort();
    assert_eq!(paths, ["/T0KEN/all", "/T0KEN/cards", "/T0KEN/shop"], "{engine:?}");
    // About the whole organisation: each group hears it.
    send(&t, minutes(None, 2)).await;
    deliver(&t).await;
    assert_eq!(far.got().len(), 3 + 4);
    let of = |path: &str| far.got().into_iter().find(|g| g.path.ends_with(path)).unwrap();
    let body = of("shop").json();
    assert_eq!(body["text"], "Minutes 1 &amp; &lt;more&gt;");
    assert_eq!(body["blocks"][0]["block_id"].as_str(), Some(of("shop").header("idempotency-key")));
    let card = of("cards").json();
    assert_eq!(card["attachments"][0]["content"]["body"][0]["id"].as_str(), Some(of("cards").header("idempotency-key")));
    assert!(card.to_string().contains("https://bellwether.example/sessions/1"));
    let page = owner(&t).get("/channels/shop").await.expect(200).text;
    assert!(page.contains("Minutes 1 &amp; &lt;more&gt;") && page.contains("Arrived"));
    let id = owner(&t).get("/api/v1/channels/shop/deliveries").await.expect(200).json()["items"][1]["message"].clone();
    let went = owner(&t).get(&format!("/api/v1/messages/{}/deliveries", id.as_str().unwrap())).await.expect(200).json();
    assert_eq!(went["items"].as_array().unwrap().len(), 3);
    let page = owner(&t).get(&format!("/messages/{}", id.as_str().unwrap())).await.expect(200).text;
    assert!(page.contains("Add jitter") && page.contains("/channels/cards"));
    t.end().await;
}

/// HMAC as RFC 2104 has it, from the hash alone.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::digest([&block.map(|b| b ^ 0x36)[..], message].concat());
    Sha256::digest([&block.map(|b| b ^ 0x5c)[..], &inner].concat()).to_vec()
}

async fn a_webhook_is_signed_by_each_key_and_a_stranger_can_check_it(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("hook", far.address)], None)).await;
    let to = json!({ "kind": "webhook", "secret": "hook", "signed_with": ["hook-key", "hook-key-old"] });
    channel(&t, "Machines", None, &["minutes"], to).await;
    send(&t, minutes(Some(group(&t, "shop").await), 1)).await;
    deliver(&t).await;
    let got = far.got().remove(0);
    let (id, time) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    assert!(id.starts_with("msg_"), "{engine:?} {id}");
    assert_eq!(time, (t.app.now().micros() / 1_000_000).to_string());
    let signed = [format!("{id}.{time}.").as_bytes(), &got.body].concat();
    let key = STANDARD.decode(KEYS[0].1.trim_start_matches("whsec_")).unwrap();
    let expected = [hmac(&key, &signed), hmac(KEYS[1].1.as_bytes(), &signed)].map(|s| format!("v1,{}", STANDARD.encode(s)));
    assert_eq!(got.header("webhook-signature"), expected.join(" "));
    assert_eq!(got.header("content-type"), "application/json");
    let body = got.json();
    assert_eq!((&body["type"], &body["data"]["group"]), (&json!("bellwether.minutes"), &json!("Shop")));
    assert_eq!(body["data"]["url"], "https://bellwether.example/sessions/1");
    t.end().await;
}

async fn a_receiver_that_is_busy_gets_the_same_message_again_when_it_said(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    channel(&t, "Chat", None, &["minutes"], slack("chat")).await;
    far.says(&[
        Say::Status("429 Too Many Requests", "Retry-After: 300\r\n"),
        Say::Status("503 Busy", ""),
        Say::Status("408 Slow", ""),
    ]);
    send(&t, minutes(None, 1)).await;
    deliver(&t).await;
    let (state, fault) = states(&t, "chat").await.remove(0);
    assert_eq!(state, "waiting", "{engine:?}");
    assert!(fault.contains("status 429: “no_team”"), "{fault}");
    t.clock.advance(Duration::from_secs(299));
    deliver(&t).await;
    assert_eq!(far.got().len(), 1, "not before the time that it asked for");
    for tries in 2..=4 {
        t.clock.advance(Duration::from_secs(60 * tries));
        deliver(&t).await;
        assert_eq!(far.got().len() as u64, tries);
    }
    assert_eq!(words(&t, "chat").await, ["arrived"]);
    let keys: Vec<_> = far.got().iter().map(|g| g.header("idempotency-key").to_owned()).collect();
    assert!(keys.iter().all(|k| *k == keys[0]), "{keys:?}");
    t.end().await;
}

async fn what_is_refused_is_kept_until_somebody_tries_it_again_or_drops_it(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    channel(&t, "Chat", Some("shop"), &["minutes"], slack("chat")).await;
    far.says(&[Say::Status("404 Not Found", ""), Say::Status("410 Gone", "")]);
    let shop = group(&t, "shop").await;
    for n in 1..=3 {
        send(&t, minutes(Some(shop), n)).await;
    }
    deliver(&t).await;
    // A message that is refused holds back none of those behind it.
    assert_eq!(words(&t, "chat").await, ["given-up", "given-up", "arrived"], "{engine:?}");
    let mut c = owner(&t);
    let dead = c.get("/api/v1/dead-letters").await.expect(200).json();
    let ids: Vec<String> = dead["items"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 2);
    assert!(dead["items"][0]["fault"].as_str().unwrap().contains("status 410"), "newest first: {dead}");
    let page = c.get("/dead-letters").await.expect(200).text;
    assert!(page.contains("Two messages were given up") && page.contains("status 404"), "{page}");
    let mut other = with(&t, Some("depot"), "channels.write").await;
    other.json("POST", &format!("/api/v1/deliveries/{}/tries", ids[0]), &json!({})).await.expect(403);
    assert!(!other.get("/dead-letters").await.expect(200).text.contains("Try it again"));
    // Dropped, with a reason.
    let drop = format!("/api/v1/deliveries/{}/dismissal", ids[0]);
    assert_eq!(faults(&c.json("POST", &drop, &json!({ "reason": " " })).await.expect(422).json()), ["reason"]);
    let refused = c.form(&format!("/dead-letters/{}/dismissal", ids[0]), &[("reason", "")]).await.expect(422).text;
    assert!(refused.contains("Say why it is dropped"), "{refused}");
    let dropped = c.json("POST", &drop, &json!({ "reason": "The room is gone." })).await.expect(200).json();
    assert_eq!((&dropped["state"], &dropped["reason"]), (&json!("dropped"), &json!("The room is gone.")));
    let again = c.json("POST", &drop, &json!({ "reason": "x" })).await.expect(409);
    assert!(again.text.contains("dropped"), "{}", again.text);
    // Tried again, the same message arrives.
    assert_eq!(c.form(&format!("/dead-letters/{}/tries", ids[1]), &[]).await.expect(303).location(), "/dead-letters");
    deliver(&t).await;
    assert_eq!(words(&t, "chat").await, ["arrived", "dropped", "arrived"]);
    let got = far.got();
    assert_eq!(got[0].header("idempotency-key"), got[3].header("idempotency-key"));
    assert_eq!(got[0].body, got[3].body);
    c.json("POST", &format!("/api/v1/deliveries/{}/tries", ids[1]), &json!({})).await.expect(409);
    assert!(c.get("/dead-letters").await.expect(200).text.contains("Nothing was given up"));
    let trail = c.get("/api/v1/trail").await.expect(200).text;
    assert!(trail.contains("\"retried\"") && trail.contains("The room is gone."), "{trail}");
    t.end().await;
}

async fn a_receiver_that_is_gone_loses_nothing_and_keeps_its_order(engine: Engine) {
    let address = nobody().await;
    let t = world(engine, config(&[("chat", address)], None)).await;
    channel(&t, "Chat", None, &["minutes"], slack("chat")).await;
    for n in 1..=3 {
        send(&t, minutes(None, n)).await;
    }
    deliver(&t).await;
    let all = states(&t, "chat").await;
    assert_eq!(all.iter().map(|(s, _)| s.as_str()).collect::<Vec<_>>(), ["waiting"; 3], "{engine:?}");
    assert!(all[0].1.contains("cannot be reached"), "{all:?}");
    assert_eq!(all[1].1, "", "the second waits for the first");
    let far = Receiver::on(address).await;
    deliver(&t).await;
    assert_eq!(far.got().len(), 0, "not before its time");
    t.clock.advance(Duration::from_secs(15));
    deliver(&t).await;
    let titles: Vec<_> = far.got().iter().map(|g| g.json()["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles, ["Minutes 1 &amp; &lt;more&gt;", "Minutes 2 &amp; &lt;more&gt;", "Minutes 3 &amp; &lt;more&gt;"]);
    t.end().await;
}

async fn what_nobody_takes_for_two_days_is_given_up(engine: Engine) {
    let t = world(engine, config(&[("chat", nobody().await)], None)).await;
    channel(&t, "Chat", None, &["minutes"], slack("chat")).await;
    send(&t, minutes(None, 1)).await;
    let mut hours = 0;
    while words(&t, "chat").await == ["waiting"] {
        assert!(hours <= 60, "{engine:?}: it waits for ever");
        deliver(&t).await;
        t.clock.advance(Duration::from_secs(3600));
        hours += 1;
    }
    assert!(hours >= 48, "{hours} hours");
    let (state, fault) = states(&t, "chat").await.remove(0);
    assert_eq!(state, "given-up");
    assert!(fault.contains("times over two days"), "{fault}");
    t.end().await;
}

async fn one_that_hangs_holds_up_nobody_else(engine: Engine) {
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    let mut settings = config(&[("slow", slow.address), ("quick", quick.address)], None);
    settings.outgoing.timeout_seconds = Some(2);
    let t = world(engine, settings).await;
    channel(&t, "Slow", None, &["minutes"], slack("slow")).await;
    channel(&t, "Quick", None, &["minutes"], slack("quick")).await;
    slow.says(&[Say::Hang]);
    for n in 1..=3 {
        send(&t, minutes(None, n)).await;
    }
    let app = t.app.clone();
    let run = tokio::spawn(async move { jobs::deliver(&app).await });
    while quick.got().len() < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!run.is_finished(), "{engine:?}: the quick one has all while the slow one hangs");
    run.await.unwrap().unwrap();
    assert_eq!(words(&t, "quick").await, ["arrived"; 3]);
    let (state, fault) = states(&t, "slow").await.remove(0);
    assert_eq!(state, "waiting");
    assert!(fault.contains("within 2 s"), "{fault}");
    t.clock.advance(Duration::from_secs(15));
    deliver(&t).await;
    assert_eq!(words(&t, "slow").await, ["arrived"; 3]);
    t.end().await;
}

async fn a_sender_that_ends_in_the_middle_sends_it_again_under_the_same_id(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    channel(&t, "Chat", None, &["minutes"], slack("chat")).await;
    far.says(&[Say::Hang]);
    send(&t, minutes(None, 1)).await;
    let app = t.app.clone();
    let run = tokio::spawn(async move { jobs::deliver(&app).await });
    while far.got().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The receiver has it, and nobody noted that.
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    assert_eq!(words(&t, "chat").await, ["waiting"], "{engine:?}");
    deliver(&t).await;
    let got = far.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].header("idempotency-key"), got[1].header("idempotency-key"));
    assert_eq!(got[0].body, got[1].body);
    assert_eq!(words(&t, "chat").await, ["arrived"]);
    t.end().await;
}

async fn a_cause_that_fails_says_nothing(engine: Engine) {
    let far = Receiver::start().await;
    let t = world(engine, config(&[("chat", far.address)], None)).await;
    channel(&t, "Chat", None, &["minutes"], slack("chat")).await;
    let cx = kernel::web::Ctx::of(kernel::web::Actor::job("cycle", &[]), t.app.now(), "test");
    let failed = t.app.write(&cx, |cx, tx| {
        messages::acts::send(cx, tx, &minutes(None, 1))?;
        Err::<(), _>(kernel::Error::Conflict("the session is closed".into()))
    });
    assert!(failed.await.is_err());
    deliver(&t).await;
    assert_eq!(far.got().len(), 0, "{engine:?}");
    // It was not said, so it can be.
    send(&t, minutes(None, 1)).await;
    deliver(&t).await;
    assert_eq!(far.got().len(), 1);
    t.end().await;
}
