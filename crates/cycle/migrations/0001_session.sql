-- Sessions of a forum: a group, or the council. `forum` is `group:` with the id of the group, or `council`. What a forum settled about
-- its sessions is a new row of forum_cadence each time, and the newest counts; `body` is JSON. A session that the cadence plans has
-- its `occurrence` once: `sprint-22` or the day; version 1 means that nobody has touched it, so that it follows the cadence.
-- States are times with who: neither opened nor called off is planned. Times are microseconds, planned lengths seconds.

CREATE TABLE forum_cadence (
  forum   TEXT NOT NULL,
  version BIGINT NOT NULL,
  body    TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (forum, version)
);

CREATE TABLE forum_session (
  id         TEXT PRIMARY KEY,
  forum      TEXT NOT NULL,
  occurrence TEXT NOT NULL,
  sprint     BIGINT,
  starts     BIGINT NOT NULL,
  ends       BIGINT NOT NULL,
  body       TEXT NOT NULL,
  version    BIGINT NOT NULL,
  opened_by  TEXT,
  opened_at  BIGINT,
  closed_by  TEXT,
  closed_at  BIGINT,
  off_by     TEXT,
  off_at     BIGINT,
  made_at    BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (forum, occurrence)
);

CREATE INDEX forum_session_when ON forum_session (forum, starts, id);

-- What is talked about, in the order of `position`. `team` is set for a team's slot. `exception` is 1 for what gets no slot of its own;
-- `why` says in words where the minutes come from. `body` is JSON: what caused the item, each with a link.

CREATE TABLE forum_agenda_item (
  id         TEXT PRIMARY KEY,
  session    TEXT NOT NULL REFERENCES forum_session (id),
  position   BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  team       TEXT REFERENCES team (id),
  title      TEXT NOT NULL,
  seconds    BIGINT NOT NULL,
  exception  BIGINT NOT NULL,
  why        TEXT NOT NULL,
  body       TEXT NOT NULL,
  started_at BIGINT,
  ended_at   BIGINT
);

CREATE INDEX forum_agenda_item_of ON forum_agenda_item (session, position);
