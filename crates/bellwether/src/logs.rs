//! Structured logs on standard error: one line a sentence, or one JSON object a line.

use std::io::IsTerminal;

use kernel::config::{Config, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts logging; a filter that cannot be read falls back to `info` and says so.
pub fn start(config: &Config) {
    let (filter, bad) = match EnvFilter::try_new(&config.log_level) {
        Ok(filter) => (filter, None),
        Err(e) => (EnvFilter::new("info"), Some(e)),
    };
    // Colours are for people at a terminal; in a file they are noise.
    let colours = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // A second start (tests in one process) keeps the first.
    let _ = match config.log {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Some(e) = bad {
        tracing::warn!(error = %e, "log_level “{}” cannot be read; logging at info", config.log_level);
    }
}
