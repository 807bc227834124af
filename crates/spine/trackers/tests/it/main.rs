//! Trackers against stand-ins on this machine that answer as the programs document it, on both engines.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

/// Runs a story on both engines, each as a test of its own.
macro_rules! on_both {
    ($( $name:ident; )+) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(kernel::db::Engine::Sqlite).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(kernel::db::Engine::Postgres).await;
            }
        }
    )+ };
}

mod far;
mod following;
mod making;
mod world;
