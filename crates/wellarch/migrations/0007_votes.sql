-- A blind vote on a question. What somebody says is counted and not kept: there is no row of a ballot, no person, no time but those at
-- which the vote was opened and closed. `counts` is votes by choice as JSON, in one row so that no order of rows tells who came when.
-- `secret` makes tickets that can be used once; when the vote is closed, it and the tickets that were used are removed. Times are
-- microseconds.

CREATE TABLE review_vote (
  id        TEXT PRIMARY KEY,
  review    TEXT NOT NULL REFERENCES review (id),
  question  TEXT NOT NULL,
  number    BIGINT NOT NULL,
  secret    TEXT NOT NULL,
  ballots   BIGINT NOT NULL,
  counts    TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_by TEXT,
  closed_at BIGINT,
  UNIQUE (review, question, number)
);

CREATE TABLE review_vote_ticket (
  vote   TEXT NOT NULL REFERENCES review_vote (id),
  ticket TEXT NOT NULL,
  PRIMARY KEY (vote, ticket)
);
