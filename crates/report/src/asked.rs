//! What notices still ask of a team, as its report shows it. The room of notices tells it; see [`crate::acts::asked`]. Pure.

/// A notice that a team has yet to acknowledge, or whose standard its workloads do not keep yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedNotice {
    /// "N-31".
    pub label: String,
    /// Its page.
    pub href: String,
    /// One line.
    pub title: String,
    /// Information, action required or mandate.
    pub kind: String,
    /// The last day to acknowledge it, ISO.
    pub by: String,
    /// The team has acknowledged it.
    pub acknowledged: bool,
    /// Names of workloads that do not keep its standard yet.
    pub workloads: Vec<String>,
}
