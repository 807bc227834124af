-- A sitting is one meeting at which a review was held: who facilitated, who attended, what was noted. `body` is JSON. While it is
-- open, each change raises `version`; once it is closed it never changes, and `digest` is SHA-256 of its minutes, as in the trail.
-- What comes up later is an addendum, which never changes either. Times are microseconds.

CREATE TABLE review_sitting (
  id        TEXT PRIMARY KEY,
  review    TEXT NOT NULL REFERENCES review (id),
  number    BIGINT NOT NULL,
  body      TEXT NOT NULL,
  version   BIGINT NOT NULL,
  begun_by  TEXT NOT NULL,
  begun_at  BIGINT NOT NULL,
  closed_by TEXT,
  closed_at BIGINT,
  digest    TEXT,
  UNIQUE (review, number)
);

CREATE TABLE review_addendum (
  id      TEXT PRIMARY KEY,
  sitting TEXT NOT NULL REFERENCES review_sitting (id),
  words   TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL
);

CREATE INDEX review_addendum_sitting ON review_addendum (sitting, id);
