//! What asks the far ends that are plain HTTP or files: JSON, tables, Datadog. Each gives one reading for each period.

pub(super) mod datadog;
pub(crate) mod exchange;
pub(super) mod json;
pub(super) mod table;
