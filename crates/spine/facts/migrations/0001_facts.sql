-- What was observed of a workload when. Rows are added and never changed; of each (workload, key, item) the newest counts. `kind` says
-- what `value` is: `yes` (true or false), `number` (decimal text) or `word`. Times are microseconds.

CREATE TABLE fact (
  workload    TEXT NOT NULL,
  key         TEXT NOT NULL,
  item        TEXT NOT NULL,
  observed_at BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  value       TEXT NOT NULL,
  valid_until BIGINT,
  source      TEXT NOT NULL,
  url         TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (workload, key, item, observed_at)
);
