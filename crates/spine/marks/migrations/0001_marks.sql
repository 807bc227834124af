-- What happened when. `origin` is where a mark comes from, unique; times are microseconds. `mark_place` holds one row for the
-- thing that a mark is on and one for each thing above it at that time, in the order in which an axis reads them.

CREATE TABLE mark (
  id           TEXT PRIMARY KEY,
  origin       TEXT NOT NULL UNIQUE,
  subject_kind TEXT NOT NULL,
  subject      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  title        TEXT NOT NULL,
  url          TEXT NOT NULL,
  starts       BIGINT NOT NULL,
  ends         BIGINT,
  made_by      TEXT NOT NULL,
  made_at      BIGINT NOT NULL,
  back_by      TEXT,
  back_at      BIGINT,
  back_reason  TEXT
);

CREATE TABLE mark_place (
  place  TEXT NOT NULL,
  starts BIGINT NOT NULL,
  mark   TEXT NOT NULL REFERENCES mark (id),
  own    BIGINT NOT NULL,
  PRIMARY KEY (place, starts, mark)
);
