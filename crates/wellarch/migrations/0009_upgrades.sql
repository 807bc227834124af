-- Each move of a review to another version of its lens: which milestone keeps it as it stood before, and in `body` the table of renamed
-- ids as JSON. Answers are never changed: those that say something else in the newer version are new rows. Times are microseconds.

CREATE TABLE review_upgrade (
  review      TEXT NOT NULL REFERENCES review (id),
  number      BIGINT NOT NULL,
  from_digest TEXT NOT NULL REFERENCES lens_version (digest),
  to_digest   TEXT NOT NULL REFERENCES lens_version (digest),
  milestone   TEXT NOT NULL,
  body        TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (review, number)
);
