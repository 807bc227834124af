-- A review is a workload against one version of a lens. Each answer to a question is a new version of it and stays; the newest
-- counts. `body` is what it says as JSON. Times are microseconds. Workloads are named by id without a foreign key: what was
-- reviewed outlives what it was about.

CREATE TABLE review (
  id       TEXT PRIMARY KEY,
  workload TEXT NOT NULL,
  lens     TEXT NOT NULL,
  digest   TEXT NOT NULL REFERENCES lens_version (digest),
  begun_by TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  UNIQUE (workload, lens)
);

CREATE TABLE review_answer (
  review   TEXT NOT NULL REFERENCES review (id),
  question TEXT NOT NULL,
  version  BIGINT NOT NULL,
  body     TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (review, question, version)
);
