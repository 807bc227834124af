-- What was imported: which thing stands for which entity of which source, and what the source said of it last (`form`,
-- JSON that no SQL looks into), so that a change by hand is told from a change of the source. `implied` is 1 for a workload
-- that only follows from a Component without a System. An entity that disappeared is orphaned; its thing stays.

CREATE TABLE imported (
  format      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  ref         TEXT NOT NULL,
  source      TEXT NOT NULL,
  file        TEXT NOT NULL,
  line        BIGINT NOT NULL,
  thing       TEXT NOT NULL,
  form        TEXT NOT NULL,
  implied     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  orphaned_at BIGINT,
  orphaned_by TEXT,
  PRIMARY KEY (format, kind, ref)
);
CREATE INDEX imported_thing ON imported (thing);
