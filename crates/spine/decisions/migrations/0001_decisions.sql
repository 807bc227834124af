-- The ledger of decisions; only added to. `about` names what a decision settles, such as a question of a review, and `basis` the
-- state of it that was looked at. `supersedes` is the number of the decision that this one replaces: each is replaced once.

CREATE TABLE decision (
  number       BIGINT PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  title        TEXT NOT NULL,
  body         TEXT NOT NULL,
  review_by    TEXT NOT NULL,
  supersedes   BIGINT UNIQUE REFERENCES decision (number),
  team         TEXT REFERENCES team (id),
  workload     TEXT REFERENCES workload (id),
  about        TEXT NOT NULL,
  basis        TEXT NOT NULL,
  origin_kind  TEXT NOT NULL,
  origin_id    TEXT NOT NULL,
  origin_url   TEXT NOT NULL,
  origin_words TEXT NOT NULL,
  made_by      TEXT NOT NULL,
  made_name    TEXT NOT NULL,
  made_at      BIGINT NOT NULL
);

CREATE INDEX decision_of_workload ON decision (workload, number);

-- The next number; one row.
CREATE TABLE decision_number (
  id   TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);

INSERT INTO decision_number (id, last) VALUES ('decision', 0);
