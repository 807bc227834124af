//! Not a test: single-row units over 16 clients, beside `pgbench` with the same statements on the same server.

use std::process::Command;
use std::time::Duration;

use super::*;
use crate::db::{Db, Place, Sql};
use crate::testing::pg::server;
use crate::time::Stopwatch;

static WARM: Sql = Sql::new("WARM", "SELECT CAST(1 AS BIGINT)");
static INSERT: Sql = Sql::new("INSERT", "INSERT INTO unit (id, n) VALUES ($1::TEXT, $2::BIGINT)");

const CLIENTS: usize = 16;
const SPAN: Duration = Duration::from_secs(3);

async fn ours(config: &PgConfig) -> f64 {
    let db = Db::open(&Place::Postgres(config.clone()), IdSource::system(), Live::new()).unwrap();
    // pgbench does not count connecting either.
    let warm: Vec<_> = (0..64).map(|_| db.write(Time(0), |tx| tx.execute(&WARM, &[]))).collect();
    futures_util::future::join_all(warm).await;
    let watch = Stopwatch::start();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut n = 0u32;
                while watch.elapsed() < SPAN {
                    db.write(Time(0), move |tx| {
                        // Scattered over the index, as pgbench's are.
                        let id = (tx.id()?.as_u128() >> 16) as u64;
                        let id = format!("{:x}-0000-7000-8000-000000000000", id.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                        tx.execute(&INSERT, &[id.into(), n.into()])
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

fn pgbench(config: &PgConfig, script: &std::path::Path) -> f64 {
    let database = config.database.clone().unwrap();
    let out = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-T", "3", "-j", "2", "-U", "tester", "-h", &config.host])
        .args(["-p", &config.port.to_string(), "-c", &CLIENTS.to_string(), "-f"])
        .arg(script)
        .arg(database)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let line = text.lines().find_map(|l| l.strip_prefix("tps = ")).unwrap();
    line.split(' ').next().unwrap().parse().unwrap()
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
    let mut ratios = Vec::new();
    // In turns, because the machine may be doing other things too.
    for _ in 0..8 {
        let (theirs, ours) = (pgbench(pg.config(), &script), ours(pg.config()).await);
        println!("pgbench {theirs:.0}, units {ours:.0} per second: {:.2}", ours / theirs);
        ratios.push(ours / theirs);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median {:.2}", (ratios[3] + ratios[4]) / 2.0);
    std::fs::remove_file(script).unwrap();
}
