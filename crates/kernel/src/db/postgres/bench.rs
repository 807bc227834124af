//! Not a test: single-row units over 16 clients, beside `pgbench` with the same statements on the same server.

use std::process::Command;
use std::time::Duration;

use super::*;
use crate::db::{Db, Place};
use crate::testing::pg::server;
use crate::time::Stopwatch;

crate::sql! {
    INSERT_UNIT = "INSERT INTO unit (id, n) VALUES ($1::TEXT, $2::BIGINT)";
}

const CLIENTS: usize = 16;
const SPAN: Duration = Duration::from_secs(10);

async fn ours(config: &PgConfig) -> f64 {
    let db = Db::open(&Place::Postgres(config.clone()), IdSource::system(), Live::new()).unwrap();
    let watch = Stopwatch::start();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut n = 0u32;
                while watch.elapsed() < SPAN {
                    db.write(Time(0), move |tx| {
                        let id = tx.id()?;
                        tx.execute(&INSERT_UNIT, &[id.into(), n.into()])
                    })
                    .await
                    .unwrap();
                    n += 1;
                }
                n
            })
        })
        .collect();
    let mut units = 0;
    for client in clients {
        units += client.await.unwrap();
    }
    let rate = f64::from(units) / watch.elapsed().as_secs_f64();
    db.close();
    rate
}

fn pgbench(config: &PgConfig, script: &std::path::Path, clients: usize) -> String {
    let database = config.database.clone().unwrap();
    let out = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-T", "10", "-j", "2", "-U", "tester", "-h", &config.host])
        .args(["-p", &config.port.to_string(), "-c", &clients.to_string(), "-f"])
        .arg(script)
        .arg(database)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    text.lines().find(|l| l.starts_with("tps")).unwrap_or("no tps").to_owned()
}

/// `cargo nextest run -p bellwether-kernel --run-ignored only beside_pgbench --no-capture`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute and prints rates"]
async fn beside_pgbench() {
    let pg = server().fresh_database();
    let mut raw = connect_raw(pg.config()).unwrap();
    raw.batch_execute(include_str!("../../../migrations/0001_kernel.sql")).unwrap();
    raw.batch_execute("CREATE TABLE unit (id TEXT PRIMARY KEY, n BIGINT NOT NULL)").unwrap();
    let script = std::env::temp_dir().join(format!("unit-{}.sql", std::process::id()));
    std::fs::write(
        &script,
        "\\set a random(1, 9000000000000000000)\n\\set n random(1, 1000)\n\
         BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE;\n\
         INSERT INTO unit (id, n) VALUES (to_hex(:a::BIGINT) || '-0000-7000-8000-000000000000', :n);\nCOMMIT;\n",
    )
    .unwrap();
    for _ in 0..2 {
        println!("pgbench 16 clients: {}", pgbench(pg.config(), &script, CLIENTS));
        println!("pgbench 8 clients:  {}", pgbench(pg.config(), &script, 8));
        println!("units:              {:.0} per second", ours(pg.config()).await);
    }
    std::fs::remove_file(script).unwrap();
}
