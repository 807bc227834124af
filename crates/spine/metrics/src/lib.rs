//! Definitions, values with provenance, verdicts
