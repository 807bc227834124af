//! The outbox, on both engines.

use std::time::Duration;

use kernel::error::Error;
use kernel::outbox::{self, NEWEST};
use kernel::time::Time;

use crate::stage::{ENGINES, NOW, Stage};

async fn due(s: &Stage, at: Time) -> Vec<outbox::Message> {
    s.db.read(move |tx| outbox::due(tx, "mail", at, 10)).await.unwrap()
}

fn after(seconds: u64) -> Time {
    NOW.plus(Duration::from_secs(seconds))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_leaves_only_after_its_cause_is_committed() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let failed = s.db.write(NOW, |tx| {
            outbox::put(tx, NOW, "mail", "", &"never")?;
            Err::<(), _>(Error::SignedOut)
        });
        assert!(failed.await.is_err());
        assert_eq!(due(&s, NOW).await.len(), 0, "{engine:?}");
        s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", "", &"hello")).await.unwrap();
        s.db.write(NOW, |tx| outbox::put(tx, NOW, "hook", "", &"other kind")).await.unwrap();
        let messages = due(&s, NOW).await;
        assert_eq!((messages.len(), messages[0].body.as_str(), messages[0].tries), (1, "\"hello\"", 0));
        assert_eq!(due(&s, NOW.minus(Duration::from_secs(1))).await.len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_sent_at_least_once() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let id = s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", "", &"hello")).await.unwrap();
        // Sent, but the process ends before it is noted: the next one sends it again, with the same id.
        assert_eq!(due(&s, NOW).await[0].id, id);
        let (next, _) = s.another();
        let again = next.read(|tx| outbox::due(tx, "mail", NOW, 10)).await.unwrap();
        assert_eq!(again[0].id, id, "{engine:?}");
        next.write(NOW, move |tx| outbox::sent(tx, id, NOW)).await.unwrap();
        assert_eq!(due(&s, after(86_400)).await.len(), 0);
        assert_eq!(s.db.read(outbox::waiting).await.unwrap(), 0);
        next.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_waits_twice_as_long_each_time_give_or_take_a_fifth_and_is_never_lost() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", "", &"hello")).await.unwrap();
        let mut now = NOW;
        for middle in [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 21_600, 21_600, 21_600] {
            let message = due(&s, now).await.remove(0);
            let wait = outbox::wait(&message);
            let fifth = Duration::from_secs(middle) / 5;
            let about = (Duration::from_secs(middle) - fifth)..=(Duration::from_secs(middle) + fifth);
            assert!(about.contains(&wait), "{engine:?}: {wait:?} after {} tries", message.tries);
            s.db.write(now, move |tx| outbox::failed(tx, &message, now, None, "no answer")).await.unwrap();
            // Not a moment earlier.
            assert!(due(&s, now.plus(wait - Duration::from_micros(1))).await.is_empty());
            now = now.plus(wait);
        }
        assert_eq!(due(&s, now).await[0].tries, 15);
        assert_eq!(s.db.read(outbox::waiting).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_asks_for_more_time_gets_it() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", "", &"hello")).await.unwrap();
        let message = due(&s, NOW).await.remove(0);
        let asked = Some(Duration::from_secs(300));
        s.db.write(NOW, move |tx| outbox::failed(tx, &message, NOW, asked, "busy")).await.unwrap();
        assert!(due(&s, after(299)).await.is_empty(), "{engine:?}");
        assert_eq!(due(&s, after(300)).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_keeps_its_order_and_holds_up_no_other() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        // A second each: ids of one millisecond are in no order.
        for (n, (lane, body)) in [("a", "a1"), ("b", "b1"), ("a", "a2"), ("a", "a3")].into_iter().enumerate() {
            let at = NOW.minus(Duration::from_secs(4 - n as u64));
            s.db.write(at, move |tx| outbox::put(tx, at, "mail", lane, &body)).await.unwrap();
        }
        let bodies = |m: &[outbox::Message]| {
            let mut all: Vec<_> = m.iter().map(|m| m.body.clone()).collect();
            all.sort();
            all
        };
        let first = due(&s, NOW).await;
        assert_eq!(bodies(&first), ["\"a1\"", "\"b1\""], "{engine:?}");
        let a = first.iter().find(|m| m.lane == "a").unwrap().clone();
        s.db.write(NOW, move |tx| outbox::failed(tx, &a, NOW, None, "no answer")).await.unwrap();
        // Lane a waits as a whole; b does not.
        assert_eq!(bodies(&due(&s, NOW).await), ["\"b1\""]);
        let later = due(&s, after(60)).await;
        assert_eq!(bodies(&later), ["\"a1\"", "\"b1\""]);
        let a = later.iter().find(|m| m.lane == "a").unwrap().id;
        s.db.write(NOW, move |tx| outbox::give_up(tx, a, NOW, "no such receiver")).await.unwrap();
        // What was given up holds nobody back.
        assert_eq!(bodies(&due(&s, NOW).await), ["\"a2\"", "\"b1\""]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_kept_until_somebody_asks_for_another_try_or_drops_it() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let id = s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", "a", &"hello")).await.unwrap();
        assert!(!s.db.write(NOW, move |tx| outbox::again(tx, id, NOW)).await.unwrap(), "{engine:?}: it waits");
        assert!(!s.db.write(NOW, move |tx| outbox::drop(tx, id, NOW, "x")).await.unwrap());
        s.db.write(NOW, move |tx| outbox::give_up(tx, id, NOW, "410")).await.unwrap();
        assert!(due(&s, after(86_400)).await.is_empty());
        let dead = s.db.read(|tx| outbox::given_up(tx, "mail", NEWEST, 10)).await.unwrap();
        assert_eq!((dead.len(), dead[0].fault.as_deref(), dead[0].tries), (1, Some("410"), 1));
        assert!(s.db.read(|tx| outbox::given_up(tx, "hook", NEWEST, 10)).await.unwrap().is_empty());
        assert_eq!(s.db.read(|tx| outbox::dead(tx, "mail")).await.unwrap(), 1);
        // Asked for again, it is due at once, with its tries counted anew.
        assert!(s.db.write(after(5), move |tx| outbox::again(tx, id, after(5))).await.unwrap());
        assert_eq!(due(&s, after(5)).await[0].tries, 0);
        s.db.write(NOW, move |tx| outbox::give_up(tx, id, NOW, "410")).await.unwrap();
        assert!(s.db.write(after(6), move |tx| outbox::drop(tx, id, after(6), "The room is gone.")).await.unwrap());
        assert!(!s.db.write(after(7), move |tx| outbox::again(tx, id, after(7))).await.unwrap(), "dropped is for good");
        assert_eq!(s.db.read(|tx| outbox::dead(tx, "mail")).await.unwrap(), 0);
        let lane = s.db.read(|tx| outbox::of_lane(tx, "mail", "a", NEWEST, 10)).await.unwrap();
        assert_eq!((lane[0].note.as_str(), lane[0].dropped_at), ("The room is gone.", Some(after(6))));
        let one = s.db.read(move |tx| outbox::one(tx, "mail", id)).await.unwrap();
        assert_eq!(one.as_ref(), Some(&lane[0]));
        let below = id.to_string();
        assert!(s.db.read(move |tx| outbox::of_lane(tx, "mail", "a", &below, 10)).await.unwrap().is_empty());
    }
}
