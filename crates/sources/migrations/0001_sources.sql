-- Sources and their runs. Times are microseconds.

-- `body` is where the numbers come from, as JSON. `folded` is the name in the form in which two names are the same; it and
-- `slot` (metric and subject) are free again once a source was put away. `claimed_until` says until when nobody else may run
-- it, so that a killed server holds nothing for long. What `last_` columns say outlives the runs that are forgotten.
CREATE TABLE source (
  id            TEXT PRIMARY KEY,
  slug          TEXT NOT NULL UNIQUE,
  folded        TEXT UNIQUE,
  slot          TEXT UNIQUE,
  name          TEXT NOT NULL,
  metric        TEXT NOT NULL REFERENCES metric (key),
  subject       TEXT NOT NULL,
  body          TEXT NOT NULL,
  every         BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  made_at       BIGINT NOT NULL,
  made_by       TEXT NOT NULL,
  anchored_at   BIGINT NOT NULL,
  archived_at   BIGINT,
  archived_by   TEXT,
  claimed_at    BIGINT,
  claimed_until BIGINT,
  runs          BIGINT NOT NULL,
  failures      BIGINT NOT NULL,
  last_started  BIGINT,
  last_ended    BIGINT,
  last_outcome  TEXT,
  last_message  TEXT,
  good_at       BIGINT
);

-- `body` is what became of each period, as JSON.
CREATE TABLE source_run (
  source   TEXT NOT NULL REFERENCES source (id),
  number   BIGINT NOT NULL,
  started  BIGINT NOT NULL,
  ended    BIGINT NOT NULL,
  asked_by TEXT,
  outcome  TEXT NOT NULL,
  stored   BIGINT NOT NULL,
  message  TEXT NOT NULL,
  body     TEXT NOT NULL,
  PRIMARY KEY (source, number)
);
