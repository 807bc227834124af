-- Entries of events, inventories and links: what a team writes into the lists of its template. `cells` is column and
-- content as JSON. An entry that was taken out says when and by whom; reports that were frozen keep it.

CREATE TABLE report_entry (
  id       TEXT PRIMARY KEY,
  team     TEXT NOT NULL REFERENCES team (id),
  list     TEXT NOT NULL,
  day      TEXT NOT NULL,
  cells    TEXT NOT NULL,
  version  BIGINT NOT NULL,
  made_at  BIGINT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  ended_by TEXT,
  ended_at BIGINT
);
CREATE INDEX report_entry_of ON report_entry (team, list, day, id);
