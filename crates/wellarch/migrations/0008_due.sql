-- When reviews are due. `place` is the id of a group, or `organisation`; months are counted from a workload's last milestone. Each plan
-- of a workload is a new row and the newest counts; an empty day takes the plan back. `review_feed` holds the SHA-256 of the secret in
-- a person's own calendar address. Times are microseconds.

CREATE TABLE review_interval (
  place   TEXT PRIMARY KEY,
  months  BIGINT NOT NULL,
  version BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL
);

CREATE TABLE review_plan (
  workload TEXT NOT NULL,
  number   BIGINT NOT NULL,
  day      TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (workload, number)
);

CREATE TABLE review_feed (
  person  TEXT PRIMARY KEY,
  digest  TEXT NOT NULL UNIQUE,
  made_at BIGINT NOT NULL
);
