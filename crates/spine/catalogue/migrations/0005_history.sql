-- What became of a thing: why it was put away, into which one it was merged. The one that was merged stays, under its name,
-- and leads to the other.

ALTER TABLE team ADD COLUMN archived_why TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN merged_into TEXT;
ALTER TABLE workload ADD COLUMN archived_why TEXT NOT NULL DEFAULT '';
ALTER TABLE workload ADD COLUMN merged_into TEXT;
ALTER TABLE service ADD COLUMN archived_why TEXT NOT NULL DEFAULT '';
ALTER TABLE service ADD COLUMN merged_into TEXT;

-- Which workload a service belonged to, and which team of its own it had, and when; `team` is empty where the workload's team
-- answered for it.
CREATE TABLE service_place (
  id       TEXT PRIMARY KEY,
  service  TEXT NOT NULL REFERENCES service (id),
  workload TEXT NOT NULL REFERENCES workload (id),
  team     TEXT REFERENCES team (id),
  since    BIGINT NOT NULL,
  until    BIGINT
);
CREATE INDEX service_place_service ON service_place (service, since);
CREATE INDEX service_place_workload ON service_place (workload);
CREATE INDEX service_place_team ON service_place (team);
CREATE INDEX ownership_team ON ownership (team);
INSERT INTO service_place (id, service, workload, team, since, until) SELECT id, id, workload, team, made_at, NULL FROM service;
