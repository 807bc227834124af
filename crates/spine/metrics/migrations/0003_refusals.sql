-- Baselines that the rules proposed and a person refused: the first period's start says which.

CREATE TABLE metric_refusal (
  subject TEXT NOT NULL,
  metric  TEXT NOT NULL,
  starts  BIGINT NOT NULL,
  reason  TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (subject, metric, starts)
);
