-- Trackers, the issues in them that something here is linked to, and what is to be made there. Times are microseconds.

-- `body` says which project and by which secrets, as JSON; no secret stands here. `folded` is the name in the form in which two
-- names are the same; it is free again once the tracker was put away. `quiet_until` is what the tracker asked for.
CREATE TABLE tracker (
  id          TEXT PRIMARY KEY,
  slug        TEXT NOT NULL UNIQUE,
  folded      TEXT UNIQUE,
  name        TEXT NOT NULL,
  body        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  made_by     TEXT NOT NULL,
  archived_at BIGINT,
  archived_by TEXT,
  quiet_until BIGINT NOT NULL,
  fault       TEXT NOT NULL,
  fault_at    BIGINT,
  heard_at    BIGINT
);

-- One issue, however many things are linked to it. `state` is ours, `word` the tracker's; both are empty until it was read.
CREATE TABLE issue (
  id      TEXT PRIMARY KEY,
  tracker TEXT NOT NULL REFERENCES tracker (id),
  name    TEXT NOT NULL,
  url     TEXT NOT NULL,
  title   TEXT NOT NULL,
  state   TEXT NOT NULL,
  word    TEXT NOT NULL,
  since   BIGINT NOT NULL,
  due_at  BIGINT NOT NULL,
  read_at BIGINT,
  etag    TEXT NOT NULL,
  UNIQUE (tracker, name)
);
CREATE INDEX issue_due ON issue (due_at);

-- A thing here and an issue there.
CREATE TABLE issue_link (
  about_kind TEXT NOT NULL,
  about_id   TEXT NOT NULL,
  issue      TEXT NOT NULL REFERENCES issue (id),
  made_at    BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  PRIMARY KEY (about_kind, about_id, issue)
);
CREATE INDEX issue_link_issue ON issue_link (issue);

-- An issue that is to be made for a thing; one for each thing and tracker. Its row in the outbox has the same id. `tried_at` is
-- when it was last asked for: until the tracker's search knows what was made then, nothing is made again.
CREATE TABLE issue_wish (
  id         TEXT PRIMARY KEY,
  tracker    TEXT NOT NULL REFERENCES tracker (id),
  about_kind TEXT NOT NULL,
  about_id   TEXT NOT NULL,
  title      TEXT NOT NULL,
  body       TEXT NOT NULL,
  href       TEXT NOT NULL,
  asked_at   BIGINT NOT NULL,
  asked_by   TEXT NOT NULL,
  tried_at   BIGINT,
  issue      TEXT REFERENCES issue (id),
  UNIQUE (tracker, about_kind, about_id)
);
