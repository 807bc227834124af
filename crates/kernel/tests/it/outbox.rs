//! The outbox, on both engines.

use std::time::Duration;

use kernel::error::Error;
use kernel::outbox;
use kernel::time::Time;

use crate::stage::{ENGINES, NOW, Stage};

async fn due(s: &Stage, at: Time) -> Vec<outbox::Message> {
    s.db.read(move |tx| outbox::due(tx, "mail", at, 10)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_leaves_only_after_its_cause_is_committed() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let failed = s.db.write(NOW, |tx| {
            outbox::put(tx, NOW, "mail", &"never")?;
            Err::<(), _>(Error::SignedOut)
        });
        assert!(failed.await.is_err());
        assert_eq!(due(&s, NOW).await.len(), 0, "{engine:?}");
        s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", &"hello")).await.unwrap();
        s.db.write(NOW, |tx| outbox::put(tx, NOW, "hook", &"other kind")).await.unwrap();
        let messages = due(&s, NOW).await;
        assert_eq!((messages.len(), messages[0].body.as_str(), messages[0].tries), (1, "\"hello\"", 0));
        assert_eq!(due(&s, NOW.minus(Duration::from_secs(1))).await.len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_sent_at_least_once() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let id = s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", &"hello")).await.unwrap();
        // Sent, but the process ends before it is noted: the next one sends it again, with the same id.
        assert_eq!(due(&s, NOW).await[0].id, id);
        let (next, _) = s.another();
        let again = next.read(|tx| outbox::due(tx, "mail", NOW, 10)).await.unwrap();
        assert_eq!(again[0].id, id, "{engine:?}");
        next.write(NOW, move |tx| outbox::sent(tx, id, NOW)).await.unwrap();
        assert_eq!(due(&s, NOW.plus(Duration::from_secs(86_400))).await.len(), 0);
        assert_eq!(s.db.read(outbox::waiting).await.unwrap(), 0);
        next.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_waits_twice_as_long_each_time_up_to_six_hours_and_is_never_lost() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        s.db.write(NOW, |tx| outbox::put(tx, NOW, "mail", &"hello")).await.unwrap();
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..15 {
            let message = due(&s, now).await.remove(0);
            s.db.write(now, move |tx| outbox::failed(tx, &message, now, "no answer")).await.unwrap();
            let mut wait = 1;
            while due(&s, now.plus(Duration::from_secs(wait))).await.is_empty() {
                wait = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 21_600]
                    .into_iter()
                    .find(|w| *w > wait)
                    .expect("due within six hours");
            }
            // Not a second earlier.
            assert!(due(&s, now.plus(Duration::from_secs(wait - 1))).await.is_empty());
            waits.push(wait);
            now = now.plus(Duration::from_secs(wait));
        }
        assert_eq!(waits[..4], [10, 20, 40, 80], "{engine:?}");
        assert_eq!(waits[11..], [20_480, 21_600, 21_600, 21_600]);
        assert_eq!(due(&s, now).await[0].tries, 15);
        assert_eq!(s.db.read(outbox::waiting).await.unwrap(), 1);
    }
}
