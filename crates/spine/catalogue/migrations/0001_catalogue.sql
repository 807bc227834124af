-- Groups with their calendar, teams, workloads, services. `folded` is the name in the form in which two names are the
-- same and by which lists are ordered. Times are microseconds; what has ended says when.

CREATE TABLE review_group (
  id           TEXT PRIMARY KEY,
  slug         TEXT NOT NULL UNIQUE,
  folded       TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  zone         TEXT NOT NULL,
  sprint_days  BIGINT NOT NULL,
  first_number BIGINT NOT NULL,
  first_day    TEXT NOT NULL,
  version      BIGINT NOT NULL,
  made_at      BIGINT NOT NULL
);

-- Later changes of a calendar: `length` from a sprint on, `skip` of one sprint.
CREATE TABLE calendar_change (
  group_id TEXT NOT NULL REFERENCES review_group (id),
  number   BIGINT NOT NULL,
  kind     TEXT NOT NULL,
  days     BIGINT NOT NULL,
  made_by  TEXT NOT NULL,
  made_at  BIGINT NOT NULL,
  PRIMARY KEY (group_id, number, kind)
);

CREATE TABLE team (
  id          TEXT PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  folded      TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  group_id    TEXT NOT NULL REFERENCES review_group (id),
  version     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT
);
CREATE INDEX team_group ON team (group_id, folded);

-- Which group a team reviewed with, and when.
CREATE TABLE team_membership (
  id       TEXT PRIMARY KEY,
  team     TEXT NOT NULL REFERENCES team (id),
  group_id TEXT NOT NULL REFERENCES review_group (id),
  since    BIGINT NOT NULL,
  until    BIGINT
);
CREATE INDEX team_membership_team ON team_membership (team, since);

-- `body` is what people say about it, as JSON: tier, lifecycle, goal, what it protects, who runs it, links.
CREATE TABLE workload (
  id          TEXT PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  folded      TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  team        TEXT NOT NULL REFERENCES team (id),
  body        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT
);
CREATE INDEX workload_team ON workload (team, folded);

-- Which team owned a workload, and when.
CREATE TABLE ownership (
  id       TEXT PRIMARY KEY,
  workload TEXT NOT NULL REFERENCES workload (id),
  team     TEXT NOT NULL REFERENCES team (id),
  since    BIGINT NOT NULL,
  until    BIGINT
);
CREATE INDEX ownership_workload ON ownership (workload, since);

-- `team` is empty where the workload's team owns the service too. `body`: repositories, environments.
CREATE TABLE service (
  id          TEXT PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  folded      TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  workload    TEXT NOT NULL REFERENCES workload (id),
  team        TEXT REFERENCES team (id),
  body        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT
);
CREATE INDEX service_workload ON service (workload, folded);
CREATE INDEX service_team ON service (team);
