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

-- What was recorded, apart from its digest, so that personal text can be redacted with the seals intact. No foreign key
-- here and in trail_member: PostgreSQL checks one by locking the row referred to, and for that the role would need the
-- right to update the trail. `verify` looks for rows that refer to nothing.
CREATE TABLE trail_payload (
  record TEXT PRIMARY KEY,
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
  record   TEXT PRIMARY KEY,
  seal     BIGINT NOT NULL,
  position BIGINT NOT NULL
);
CREATE UNIQUE INDEX trail_member_place ON trail_member (seal, position);

-- only postgres
-- Insert only, for the owner too. A payload may be deleted, which is how a redaction works, but not changed.
REVOKE UPDATE, DELETE, TRUNCATE ON trail, trail_seal, trail_member FROM PUBLIC, CURRENT_USER;
REVOKE UPDATE, TRUNCATE ON trail_payload FROM PUBLIC, CURRENT_USER;
-- end only

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
