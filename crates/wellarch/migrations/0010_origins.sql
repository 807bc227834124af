-- The file that a review was made from, as it came last from another program, so that the review can be given back in its form. Times
-- are microseconds.

CREATE TABLE review_origin (
  review  TEXT PRIMARY KEY REFERENCES review (id),
  kind    TEXT NOT NULL,
  body    TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL
);
