//! What goes wrong on the way: conflicts, cut links, full queues, servers that are away, certificates.

use super::*;

#[tokio::test]
async fn concurrent_increments_are_run_again_until_all_count() {
    let pg = database();
    let (db, _) = open(pg.config());
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 0))).await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..24)
        .map(|_| {
            let (db, runs) = (db.clone(), Arc::clone(&runs));
            tokio::spawn(async move {
                let runs = Arc::clone(&runs);
                let work = move |tx: &mut dyn Tx| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    tx.query(&SUM, &[])?;
                    tx.execute(&ADD, &["a".into()])
                };
                db.write(NOW, work).await
            })
        })
        .collect();
    let mut good = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => good += 1,
            Err(e) => assert!(matches!(e, Error::Busy), "{e:?}"),
        }
    }
    let sum = db.read(|tx| tx.one(&SUM, &[])?.int(0)).await.unwrap();
    assert_eq!(sum, good);
    let counters = pg.config().counters();
    // Every run beyond the first of each unit was counted, but for the last run of those given up.
    assert_eq!(u64::from(runs.load(Ordering::SeqCst)), 24 + counters.retries());
    assert!(counters.retries() > 0);
    assert_eq!(24 - counters.given_up(), good.unsigned_abs());
    db.close();
}

#[tokio::test]
async fn a_link_cut_before_commit_is_run_again_with_the_same_ids() {
    let pg = database();
    let (db, _) = open(pg.config());
    for kind in [Kind::Write, Kind::Append, Kind::Read] {
        let cut = Arc::new(AtomicBool::new(false));
        let ids = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = Arc::clone(&ids);
        let work = move |tx: &mut dyn Tx| {
            let id = tx.id()?;
            seen.lock().unwrap().push(id);
            if kind != Kind::Read {
                tx.execute(&INSERT, &row(&id.to_string(), 1))?;
            }
            if !cut.swap(true, Ordering::SeqCst) {
                tx.query(&CUT, &[])?;
            }
            tx.query(&ALL, &[])
        };
        let done = match kind {
            Kind::Write => db.write(NOW, work).await,
            Kind::Append => db.append(NOW, work).await,
            Kind::Read => db.read(work).await,
        };
        done.unwrap();
        let ids = ids.lock().unwrap();
        assert_eq!(ids.len(), 2, "{kind:?}");
        assert_eq!(ids[0], ids[1]);
    }
    assert_eq!(count(pg.config()), 2);
    assert_eq!(pg.config().counters().lost(), 3);
    db.close();
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_ended() {
    let pg = database();
    let (db, _) = open(pg.config());
    let e = db.read(|tx| tx.query(&SLEEP, &[])).await;
    assert!(matches!(e, Err(Error::Busy)), "{e:?}");
    assert_eq!(pg.config().counters().retries(), 0);
    db.close();
}

#[test]
fn tls_checks_who_signed_and_for_which_host() {
    let Some(cluster) = server().cluster() else { return };
    let (right, wrong) = (cluster.authority(true), cluster.authority(false));
    let mode = |host: &str, mode: &str, ca: Option<&std::path::PathBuf>| {
        let ca = ca.map(|ca| format!("&sslrootcert={}", ca.display())).unwrap_or_default();
        let config = cluster.tcp(host, "postgres", &format!("sslmode={mode}{ca}")).unwrap();
        let sql = "SELECT CAST(CASE WHEN ssl THEN 1 ELSE 0 END AS BIGINT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        connect_raw(&config).and_then(|mut pg| pg.query(sql, &[], &[])?[0].int(0))
    };
    assert_eq!(mode("localhost", "verify-full", Some(&right)).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "verify-ca", Some(&right)).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "require", None).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "prefer", None).unwrap(), 1);
    assert_eq!(mode("127.0.0.1", "disable", None).unwrap(), 0);
    for (host, sslmode, ca) in [
        ("localhost", "verify-full", &wrong),
        ("127.0.0.1", "verify-full", &right),
        ("127.0.0.1", "verify-ca", &wrong),
        ("127.0.0.1", "require", &wrong),
    ] {
        let e = mode(host, sslmode, Some(ca)).unwrap_err();
        assert!(format!("{e:?}").contains("ertificate"), "{host} {sslmode}: {e:?}");
    }
}

#[test]
fn a_wrong_password_is_refused_without_showing_it() {
    let Some(cluster) = server().cluster() else { return };
    let url = format!("postgres://tester:hunter2@127.0.0.1:{}/postgres", cluster.port());
    let config = PgConfig::parse(&url).unwrap();
    let e = start(&config, Live::new()).err().unwrap();
    assert!(format!("{e:?}").contains("28P01"), "{e:?}");
    assert!(!format!("{e:?} {config:?}").contains("hunter2"));
}

#[tokio::test]
async fn without_a_server_work_is_refused_and_never_hangs() {
    let cluster = OwnCluster::start().unwrap();
    let config = cluster.socket("postgres").unwrap();
    prepare(&config).unwrap();
    let (db, _) = open(&config);
    db.write(NOW, |tx| tx.execute(&INSERT, &row("a", 1))).await.unwrap();
    cluster.kill().unwrap();
    let e = db.write(NOW, |tx| tx.execute(&INSERT, &row("b", 1))).await;
    assert!(matches!(e, Err(Error::Busy)), "{e:?}");
    assert!(matches!(db.read(|tx| tx.query(&ALL, &[])).await, Err(Error::Busy)));
    cluster.start().unwrap();
    db.write(NOW, |tx| tx.execute(&INSERT, &row("c", 1))).await.unwrap();
    assert_eq!(db.read(|tx| tx.query(&ALL, &[])).await.unwrap().len(), 2);
    db.close();
}
