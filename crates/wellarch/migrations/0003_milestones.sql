-- A milestone is a review as it stood at one time, whole, and never changes. `document` is the JSON whose SHA-256 is `digest`, which
-- is in the trail too. Times are microseconds.

CREATE TABLE milestone (
  id       TEXT PRIMARY KEY,
  review   TEXT NOT NULL REFERENCES review (id),
  slug     TEXT NOT NULL,
  name     TEXT NOT NULL,
  document TEXT NOT NULL,
  digest   TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  UNIQUE (review, slug)
);
