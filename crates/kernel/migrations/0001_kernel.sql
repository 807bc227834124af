-- The kernel's own tables: trail, live topics between instances, leases, outbox, imports, idempotency keys.

CREATE TABLE trail (
  id      TEXT PRIMARY KEY,
  at      BIGINT NOT NULL,
  actor   TEXT NOT NULL,
  verb    TEXT NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason  TEXT NOT NULL,
  request TEXT NOT NULL,
  digest  TEXT NOT NULL
);
CREATE INDEX trail_subject ON trail (kind, subject, id);

-- What was recorded, apart from its digest, so that personal text can be redacted with the seals intact.
CREATE TABLE trail_payload (
  record TEXT PRIMARY KEY REFERENCES trail (id),
  body   TEXT NOT NULL
);

CREATE TABLE trail_pending (
  record TEXT PRIMARY KEY
);

CREATE TABLE trail_seal (
  number   BIGINT PRIMARY KEY,
  previous TEXT NOT NULL,
  root     TEXT NOT NULL,
  hash     TEXT NOT NULL,
  members  BIGINT NOT NULL,
  at       BIGINT NOT NULL
);

CREATE TABLE trail_member (
  record   TEXT PRIMARY KEY REFERENCES trail (id),
  seal     BIGINT NOT NULL REFERENCES trail_seal (number),
  position BIGINT NOT NULL
);
CREATE UNIQUE INDEX trail_member_place ON trail_member (seal, position);

CREATE TABLE topic_note (
  id       TEXT PRIMARY KEY,
  topic    TEXT NOT NULL,
  at       BIGINT NOT NULL,
  instance TEXT NOT NULL
);
CREATE INDEX topic_note_at ON topic_note (at);

CREATE TABLE lease (
  kind   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  BIGINT NOT NULL
);

CREATE TABLE outbox (
  id        TEXT PRIMARY KEY,
  kind      TEXT NOT NULL,
  body      TEXT NOT NULL,
  made_at   BIGINT NOT NULL,
  due_at    BIGINT NOT NULL,
  tries     BIGINT NOT NULL,
  sent_at   BIGINT,
  last_fault TEXT
);
CREATE INDEX outbox_due ON outbox (kind, due_at, id);

CREATE TABLE import (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL,
  started_by   TEXT NOT NULL,
  started_at   BIGINT NOT NULL,
  published_at BIGINT,
  dropped_at   BIGINT,
  rows_loaded  BIGINT NOT NULL
);

CREATE TABLE idempotency (
  key     TEXT PRIMARY KEY,
  digest  TEXT NOT NULL,
  status  BIGINT NOT NULL,
  headers TEXT NOT NULL,
  body    TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX idempotency_made ON idempotency (made_at);
