-- What people put beside a thing of any room, named by kind and id, to show why something is so. `form` is `link`, `thing` or `file`.
-- A piece that was removed stays, without its bytes. `topic` is what is announced when it changes. Times are microseconds.

CREATE TABLE evidence (
  id           TEXT PRIMARY KEY,
  subject_kind TEXT NOT NULL,
  subject      TEXT NOT NULL,
  team         TEXT NOT NULL,
  topic        TEXT NOT NULL,
  form         TEXT NOT NULL,
  title        TEXT NOT NULL,
  url          TEXT NOT NULL,
  target_kind  TEXT NOT NULL,
  target       TEXT NOT NULL,
  media        TEXT NOT NULL,
  bytes        BIGINT NOT NULL,
  digest       TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  at           BIGINT NOT NULL,
  removed_by   TEXT,
  removed_at   BIGINT,
  reason       TEXT
);

CREATE INDEX evidence_subject ON evidence (subject_kind, subject, id);

CREATE TABLE evidence_part (
  evidence TEXT NOT NULL REFERENCES evidence (id),
  number   BIGINT NOT NULL,
  body     TEXT NOT NULL,
  PRIMARY KEY (evidence, number)
);
