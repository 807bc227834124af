//! Leases and the jobs that run under them, on both engines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kernel::error::{Error, Result};
use kernel::jobs;
use kernel::room::{Job, Running};
use kernel::testing::TestApp;
use kernel::time::Time;
use kernel::web::{Actor, App, Boxed, Credential, Gate};

use crate::stage::{ENGINES, KERNEL, NOW, Stage};

const LONG: Duration = Duration::from_secs(60);

fn after(seconds: u64) -> Time {
    NOW.plus(Duration::from_secs(seconds))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_has_one_holder_until_it_is_given_back_or_runs_out() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let (other, _) = s.another();
        let take = |db: &kernel::db::Db, holder: &'static str, now: Time| {
            let db = db.clone();
            async move { db.append(now, move |tx| jobs::take(tx, "tidy", holder, now, LONG)).await.unwrap() }
        };
        assert!(take(&s.db, "a", NOW).await, "{engine:?}");
        assert!(!take(&other, "b", after(59)).await);
        // Renewed, it holds from then on.
        assert!(take(&s.db, "a", after(59)).await);
        assert!(!take(&other, "b", after(118)).await);
        // Killed, it holds nothing for long.
        assert!(take(&other, "b", after(120)).await);
        assert!(!take(&s.db, "a", after(121)).await);
        // Only its holder gives it back.
        s.db.append(after(122), |tx| jobs::give_back(tx, "tidy", "a")).await.unwrap();
        assert!(!take(&s.db, "a", after(122)).await);
        other.append(after(122), |tx| jobs::give_back(tx, "tidy", "b")).await.unwrap();
        assert!(take(&s.db, "a", after(122)).await);
        // Another kind is another lease.
        assert!(other.append(NOW, |tx| jobs::take(tx, "other", "b", NOW, LONG)).await.unwrap());
        other.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_ask_at_once_one_gets_the_lease() {
    for engine in ENGINES {
        let s = Stage::on(engine);
        let (other, _) = s.another();
        let asked = (0..20).map(|n| {
            let db = if n % 2 == 0 { &s.db } else { &other };
            db.append(NOW, move |tx| jobs::take(tx, "tidy", &format!("holder {n}"), NOW, LONG))
        });
        let got = futures_util::future::join_all(asked).await.into_iter().filter(|g| *g.as_ref().unwrap()).count();
        assert_eq!(got, 1, "{engine:?}");
        other.close();
    }
}

static RUNS: AtomicU32 = AtomicU32::new(0);

fn run(_: &App) -> Running<'_> {
    Box::pin(async {
        match RUNS.fetch_add(1, Ordering::SeqCst) {
            0 => panic!("on purpose"),
            1 => Err(Error::Busy),
            _ => Ok(()),
        }
    })
}

static JOB: Job = Job { name: "tidy", every: Duration::from_secs(1), run };

struct Nobody;

impl Gate for Nobody {
    fn actor<'a>(&'a self, _: &'a App, _: Credential) -> Boxed<'a, Result<Arc<Actor>>> {
        Box::pin(async { Ok(Arc::new(Actor::anonymous())) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_panics_or_fails_gives_its_lease_back_and_runs_again() {
    for engine in ENGINES {
        RUNS.store(0, Ordering::SeqCst);
        let t = TestApp::new(engine, KERNEL, Nobody);
        assert!(matches!(jobs::once(&t.app, &JOB, "a").await, Err(Error::Internal(_))), "{engine:?}");
        assert!(matches!(jobs::once(&t.app, &JOB, "b").await, Err(Error::Busy)));
        assert!(jobs::once(&t.app, &JOB, "a").await.unwrap());
        // While another holds the lease it does not run.
        let now = t.clock.now();
        assert!(t.app.db.append(now, move |tx| jobs::take(tx, "tidy", "b", now, LONG)).await.unwrap());
        assert!(!jobs::once(&t.app, &JOB, "a").await.unwrap());
        assert_eq!(RUNS.load(Ordering::SeqCst), 3);
    }
}
