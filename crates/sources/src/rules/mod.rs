//! What a source is, when it runs, and what a run makes of what the far end said.

mod pull;
mod reading;
mod run;
mod schedule;
mod source;

pub use pull::{Git, Ground, Mode, Prometheus, Pull, Reduce, What};
pub(crate) use reading::short;
pub use reading::{Judged, Reading, Span, Tense, Wanted, judge, wanted, year};
pub use run::{BACKFILL, Fate, KEPT, Outcome, Pulled, Run, Trial};
pub use schedule::{LONGEST, SHORTEST, due, every_words, retry};
pub use source::{Health, Last, NewSource, Source};
