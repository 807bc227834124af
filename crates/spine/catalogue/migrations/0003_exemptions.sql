-- Exemptions, asked for by a team and decided by an approver of the pillar; and what a team ruled out as not applicable
-- (`kind`), which nobody decides. The target is a metric by its key or a standard by its id, for a workload or service
-- (`subject`) or for the team (empty). It holds to the end of the day `until`, in the zone of the team's group.
CREATE TABLE exemption (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL,
  team         TEXT NOT NULL REFERENCES team (id),
  subject      TEXT NOT NULL,
  metric       TEXT NOT NULL,
  standard     TEXT NOT NULL,
  pillar       TEXT NOT NULL,
  title        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  until        TEXT NOT NULL,
  asked_by     TEXT NOT NULL,
  asked_name   TEXT NOT NULL,
  asked_at     BIGINT NOT NULL,
  decision     TEXT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at   BIGINT,
  words        TEXT NOT NULL,
  ended_name   TEXT NOT NULL,
  ended_at     BIGINT
);
CREATE INDEX exemption_team ON exemption (team, id);
-- One that waits for a decision, for each target.
CREATE UNIQUE INDEX exemption_once ON exemption (team, subject, metric, standard) WHERE decided_at IS NULL AND ended_at IS NULL;
