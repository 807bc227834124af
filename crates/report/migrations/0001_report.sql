-- Templates agreed by a group; a team's report of a sprint, its readiness, its words, its frozen document.

CREATE TABLE template_version (
  group_id TEXT NOT NULL,
  version  BIGINT NOT NULL,
  body     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  made_by  TEXT NOT NULL,
  made_at  BIGINT NOT NULL,
  PRIMARY KEY (group_id, version)
);

-- Which version is in use; the row that two changes meet on.
CREATE TABLE template (
  group_id TEXT PRIMARY KEY,
  version  BIGINT NOT NULL
);

-- Marked ready by the team; reopened while the review has not happened.
CREATE TABLE report_ready (
  id          TEXT PRIMARY KEY,
  team        TEXT NOT NULL,
  sprint      BIGINT NOT NULL,
  by_id       TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          BIGINT NOT NULL,
  reopened_by TEXT,
  reopened_at BIGINT
);
CREATE INDEX report_ready_of ON report_ready (team, sprint, id);

-- Words of the team: win, ask, learnings.
CREATE TABLE report_words (
  team    TEXT NOT NULL,
  sprint  BIGINT NOT NULL,
  kind    TEXT NOT NULL,
  body    TEXT NOT NULL,
  version BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (team, sprint, kind)
);

-- Reviewed: the whole report as one document. Never changed.
CREATE TABLE report_frozen (
  team        TEXT NOT NULL,
  sprint      BIGINT NOT NULL,
  document    TEXT NOT NULL,
  digest      TEXT NOT NULL,
  reviewed_by TEXT NOT NULL,
  reviewed_at BIGINT NOT NULL,
  PRIMARY KEY (team, sprint)
);
