//! Templates, entry, sprint reports, frozen reports
