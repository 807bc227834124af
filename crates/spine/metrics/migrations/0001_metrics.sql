-- Pillars, metric definitions with versions, values with their ledger, frozen baselines.

CREATE TABLE pillar (
  key      TEXT PRIMARY KEY,
  title    TEXT NOT NULL,
  position BIGINT NOT NULL
);

INSERT INTO pillar (key, title, position) VALUES
  ('business', 'Business', 1), ('security', 'Security', 2), ('cost', 'Cost', 3),
  ('operations', 'Operational excellence', 4), ('reliability', 'Reliability', 5),
  ('performance', 'Performance', 6), ('sustainability', 'Sustainability', 7);

CREATE TABLE metric (
  key         TEXT PRIMARY KEY,
  version     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT
);

-- A definition never changes; a change is a new version. The body is the definition as JSON.
CREATE TABLE metric_version (
  metric     TEXT NOT NULL REFERENCES metric (key),
  version    BIGINT NOT NULL,
  body       TEXT NOT NULL,
  comparable TEXT,
  made_by    TEXT NOT NULL,
  made_at    BIGINT NOT NULL,
  PRIMARY KEY (metric, version)
);

-- What counts now, one row per metric, subject and period. Times are microseconds, half-open. SQLite keeps the rows in the
-- key's order, as a report reads them: one run of pages for a subject, and one tree to write to instead of three.
CREATE TABLE metric_value (
  metric      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  starts      BIGINT NOT NULL,
  ends        BIGINT NOT NULL,
  period      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  number      DOUBLE PRECISION,
  numerator   DOUBLE PRECISION,
  denominator DOUBLE PRECISION,
  version     BIGINT NOT NULL,
  way         TEXT NOT NULL,
  actor       TEXT NOT NULL,
  source      TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  measured_at BIGINT NOT NULL,
  kept        BIGINT NOT NULL,
  note        TEXT NOT NULL,
  note_by     TEXT NOT NULL,
  note_at     BIGINT,
  PRIMARY KEY (subject, metric, starts)
-- only sqlite
) STRICT, WITHOUT ROWID;
-- only postgres
);
-- end only

-- Every value ever recorded: corrections are new entries. Ids are unique by how they are made.
CREATE TABLE metric_entry (
  id          TEXT NOT NULL,
  metric      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  starts      BIGINT NOT NULL,
  number      DOUBLE PRECISION,
  numerator   DOUBLE PRECISION,
  denominator DOUBLE PRECISION,
  version     BIGINT NOT NULL,
  way         TEXT NOT NULL,
  actor       TEXT NOT NULL,
  source      TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  kept        BIGINT NOT NULL,
  note        TEXT NOT NULL,
  PRIMARY KEY (subject, metric, starts, id)
-- only sqlite
) STRICT, WITHOUT ROWID;
-- only postgres
);
-- end only

-- A baseline that a person froze: the periods from which limits come.
CREATE TABLE metric_baseline (
  id       TEXT PRIMARY KEY,
  metric   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  starts   BIGINT NOT NULL,
  periods  BIGINT NOT NULL,
  reason   TEXT NOT NULL,
  made_by  TEXT NOT NULL,
  made_at  BIGINT NOT NULL
);
CREATE INDEX metric_baseline_of ON metric_baseline (metric, subject, id);
