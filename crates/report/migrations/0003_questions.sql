-- Questions about a number. Anybody who is signed in may ask; the team answers. Both stay for good.

CREATE TABLE report_question (
  id          TEXT PRIMARY KEY,
  team        TEXT NOT NULL REFERENCES team (id),
  sprint      BIGINT NOT NULL,
  metric      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  body        TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          BIGINT NOT NULL,
  answer      TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  answered_at BIGINT
);
CREATE INDEX report_question_of ON report_question (team, sprint, id);
