-- Standards that the organisation agreed on, how far each workload is with them, and its critical business transactions.

CREATE TABLE standard (
  id          TEXT PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  folded      TEXT NOT NULL UNIQUE,
  statement   TEXT NOT NULL,
  why         TEXT NOT NULL,
  pillar      TEXT NOT NULL,
  how         TEXT NOT NULL,
  version     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT
);

-- What a team says of one standard for one workload: `adopted` is 1 or 0. An exemption stands in its own table.
CREATE TABLE adoption (
  workload TEXT NOT NULL REFERENCES workload (id),
  standard TEXT NOT NULL REFERENCES standard (id),
  adopted  BIGINT NOT NULL,
  evidence TEXT NOT NULL,
  day      TEXT NOT NULL,
  note     TEXT NOT NULL,
  version  BIGINT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (workload, standard)
);
CREATE INDEX adoption_standard ON adoption (standard);

-- `cover` says for each of test, dashboard, alarm and performance test whether it covers the transaction, with links and the
-- day on which somebody looked, as JSON.
CREATE TABLE critical_transaction (
  id       TEXT PRIMARY KEY,
  workload TEXT NOT NULL REFERENCES workload (id),
  name     TEXT NOT NULL,
  cover    TEXT NOT NULL,
  version  BIGINT NOT NULL,
  made_at  BIGINT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  ended_by TEXT,
  ended_at BIGINT
);
CREATE INDEX critical_transaction_workload ON critical_transaction (workload, id);
-- A name stands once in a workload's list.
CREATE UNIQUE INDEX critical_transaction_once ON critical_transaction (workload, name) WHERE ended_at IS NULL;
