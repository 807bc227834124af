-- Feeds of the catalogue and their runs. Times are microseconds.

-- `body` is where the catalogue is read from and how it is taken, as JSON. `folded` (the name in the form in which two names are
-- the same) and `address` are free again once a feed was put away: two feeds of one address would mark each other's things as
-- gone. `every` is in minutes; without it a feed runs by hand. Claims and `last_` columns are those of `source`.
CREATE TABLE feed (
  id            TEXT PRIMARY KEY,
  slug          TEXT NOT NULL UNIQUE,
  folded        TEXT UNIQUE,
  address       TEXT UNIQUE,
  name          TEXT NOT NULL,
  body          TEXT NOT NULL,
  every         BIGINT,
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

-- `counts` and `plan` (cut to a number of steps; only of runs that read everything) are JSON that no SQL looks into.
CREATE TABLE feed_run (
  feed     TEXT NOT NULL REFERENCES feed (id),
  number   BIGINT NOT NULL,
  started  BIGINT NOT NULL,
  ended    BIGINT NOT NULL,
  asked_by TEXT,
  outcome  TEXT NOT NULL,
  message  TEXT NOT NULL,
  counts   TEXT NOT NULL,
  plan     TEXT,
  PRIMARY KEY (feed, number)
);
