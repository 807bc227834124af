-- One register of actions. Each change is a row of action_version with everything that the action says after it, who made it, when
-- and why; `version` points to the newest. `once` names what may be open only once, and is empty while the action is not open.
-- Days are ISO dates, empty for none; times are microseconds.

CREATE TABLE action (
  id           TEXT PRIMARY KEY,
  team         TEXT NOT NULL REFERENCES team (id),
  workload     TEXT REFERENCES workload (id),
  origin_kind  TEXT NOT NULL,
  origin_id    TEXT NOT NULL,
  origin_url   TEXT NOT NULL,
  origin_words TEXT NOT NULL,
  once         TEXT UNIQUE,
  version      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  made_name    TEXT NOT NULL,
  made_at      BIGINT NOT NULL
);

CREATE INDEX action_of_team ON action (team, id);
CREATE INDEX action_of_workload ON action (workload, id);

CREATE TABLE action_version (
  action  TEXT NOT NULL REFERENCES action (id),
  version BIGINT NOT NULL,
  state   TEXT NOT NULL,
  due     TEXT NOT NULL,
  carried BIGINT NOT NULL,
  person  TEXT,
  body    TEXT NOT NULL,
  why     TEXT NOT NULL,
  by_key  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (action, version)
);
