//! TEMPORARY stub; the PostgreSQL writer replaces this whole file.
