//! What a source is, when it runs, and what a run makes of what the far end said.

mod backfill;
mod checks;
mod csv;
mod datadog;
mod feed;
mod form;
mod json;
mod kind;
mod pull;
mod reading;
mod rows;
mod run;
mod schedule;
mod source;

pub use backfill::{Backfill, BackfillOffer, PERIODS, SPRINTS, offer, reach, told, whole};
pub(crate) use checks::PLACEHOLDERS;
pub use csv::{Csv, DecimalMark, Delimiter};
pub use datadog::{Call, Datadog};
pub use feed::{
    BackstageApi, Feed, FeedCounts, FeedFrom, FeedGit, FeedLast, FeedOutcome, FeedPreview, FeedRun, NewFeed, STEPS, cut, failed,
    outcome_of, told_feed,
};
pub(crate) use feed::{Globs, feed_field_of, feed_of, feed_stored};
pub(crate) use form::{field_of, source_of, stored};
pub use json::{Json, Method, Paging};
pub use kind::Kind;
pub use pull::{Git, Ground, Mode, Prometheus, Pull, Reduce, What};
pub(crate) use reading::reason;
pub use reading::{Asked, Judged, Reading, Span, Tense, Wanted, judge, wanted, year};
pub use rows::{Combine, Figure, Placed, Sorter, Stamps, combined};
pub use run::{BACKFILL, KEPT, Outcome, PeriodFate, Pulled, Run, Trial};
pub use schedule::{LONGEST, SHORTEST, due, every_words, retry};
pub use source::{Health, Last, NewSource, Source};
