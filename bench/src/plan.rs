//! How long and how often is measured.

use std::path::PathBuf;
use std::time::Duration;

/// Rounds and spans of one run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Times that each pair is measured, in turns.
    pub(crate) rounds: usize,
    /// How long each side of a pair is measured.
    pub(crate) span: Duration,
    /// How long each side runs before that.
    pub(crate) warm: Duration,
    /// The release binary.
    pub(crate) binary: PathBuf,
}

impl Plan {
    /// Five rounds of two seconds.
    pub(crate) fn full() -> Self {
        Self { rounds: 5, span: Duration::from_secs(2), warm: Duration::from_millis(400), binary: PathBuf::new() }
    }

    /// Enough to see that something is badly wrong.
    pub(crate) fn quick() -> Self {
        Self { rounds: 3, span: Duration::from_millis(400), warm: Duration::from_millis(100), ..Self::full() }
    }

    /// Enough to see that the benchmarks run.
    #[cfg(test)]
    pub(crate) fn tiny() -> Self {
        Self { rounds: 1, span: Duration::from_millis(30), warm: Duration::from_millis(1), ..Self::full() }
    }

    /// What stands above the figures.
    pub(crate) fn head(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        format!(
            "{cores} cores, shared by server, peer and clients; {} rounds of {:.1} s in turns; median (least to most).",
            self.rounds,
            self.span.as_secs_f64()
        )
    }
}
