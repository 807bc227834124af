//! Channels and deliveries over HTTP, on both engines, with real receivers on this machine.
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

mod channels;
mod far;
mod mail;
mod sending;
mod world;
