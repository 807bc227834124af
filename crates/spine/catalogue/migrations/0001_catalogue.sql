-- Groups and their calendars of sprints; teams; workloads; services; who owned what, when.

CREATE TABLE team_group (
  id          TEXT PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  folded      TEXT NOT NULL UNIQUE,
  cadence     TEXT NOT NULL,
  agreement   TEXT NOT NULL,
  made_at     BIGINT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT,
  version     BIGINT NOT NULL
);

-- From this number on, sprints have this length and begin at midnight of this zone. Only the first rule of a group
-- states a day; all later days follow from it, so that there is no gap.
CREATE TABLE sprint_rule (
  group_id    TEXT NOT NULL REFERENCES team_group (id),
  from_number BIGINT NOT NULL,
  first_day   TEXT,
  days        BIGINT NOT NULL,
  zone        TEXT NOT NULL,
  made_by     TEXT NOT NULL,
  made_at     BIGINT NOT NULL,
  PRIMARY KEY (group_id, from_number)
);

-- Sprints that pass without a report.
CREATE TABLE sprint_skip (
  group_id TEXT NOT NULL REFERENCES team_group (id),
  number   BIGINT NOT NULL,
  reason   TEXT NOT NULL,
  made_by  TEXT NOT NULL,
  made_at  BIGINT NOT NULL,
  PRIMARY KEY (group_id, number)
);

CREATE TABLE team (
  id          TEXT PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  folded      TEXT NOT NULL UNIQUE,
  lead_name   TEXT NOT NULL,
  made_at     BIGINT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT,
  version     BIGINT NOT NULL
);

-- A change of group that waits for the end of the running sprint.
CREATE TABLE team_move (
  team     TEXT PRIMARY KEY REFERENCES team (id),
  group_id TEXT NOT NULL REFERENCES team_group (id),
  due      BIGINT NOT NULL,
  made_by  TEXT NOT NULL,
  made_at  BIGINT NOT NULL
);

CREATE TABLE workload (
  id            TEXT PRIMARY KEY,
  slug          TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  folded        TEXT NOT NULL UNIQUE,
  tier          BIGINT,
  lifecycle     TEXT NOT NULL,
  goal          TEXT NOT NULL,
  users         TEXT NOT NULL,
  money_low     BIGINT,
  money_high    BIGINT,
  currency      TEXT NOT NULL,
  builds        TEXT NOT NULL,
  runs          TEXT NOT NULL,
  support_hours TEXT NOT NULL,
  hand_off      TEXT NOT NULL,
  links         TEXT NOT NULL,
  made_at       BIGINT NOT NULL,
  archived_at   BIGINT,
  archived_by   TEXT,
  version       BIGINT NOT NULL
);

CREATE TABLE service (
  id           TEXT PRIMARY KEY,
  slug         TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  folded       TEXT NOT NULL UNIQUE,
  repositories TEXT NOT NULL,
  environments TEXT NOT NULL,
  made_at      BIGINT NOT NULL,
  archived_at  BIGINT,
  archived_by  TEXT,
  version      BIGINT NOT NULL
);

-- What belonged to what, from when until when (half-open). Kinds: team-group, workload-team, service-workload,
-- service-team. The row without an end is the present one.
CREATE TABLE ownership (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  thing      TEXT NOT NULL,
  owner      TEXT NOT NULL,
  since      BIGINT NOT NULL,
  until_time BIGINT,
  made_by    TEXT NOT NULL
);
CREATE UNIQUE INDEX ownership_now ON ownership (kind, thing) WHERE until_time IS NULL;
CREATE INDEX ownership_then ON ownership (kind, thing, since);
CREATE INDEX ownership_of ON ownership (kind, owner);
