-- What happens while a session runs. An event says that it was opened, went to an item, paused, went on or was closed, with who and when;
-- how long anything took follows from these rows alone. Their numbers are without gaps within a session.
-- A capture has the key that whoever sent it made, so that one that is sent again is stored once; its number gives the order, which is the server's. What was
-- taken back stays, with who and when. `action` and `decision` say where it stands beside the session. `body` is JSON.
-- A treatment is what became of an earlier action. Attendance is a row for each seat of which somebody said something.
-- Minutes are one JSON document that never changes; `digest` is its SHA-256, as in the trail. Times are microseconds.

CREATE TABLE forum_event (
  session TEXT NOT NULL REFERENCES forum_session (id),
  number  BIGINT NOT NULL,
  kind    TEXT NOT NULL,
  item    TEXT REFERENCES forum_agenda_item (id),
  by_key  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (session, number)
);

CREATE TABLE forum_capture (
  id        TEXT PRIMARY KEY,
  session   TEXT NOT NULL REFERENCES forum_session (id),
  number    BIGINT NOT NULL,
  key       TEXT NOT NULL,
  kind      TEXT NOT NULL,
  item      TEXT REFERENCES forum_agenda_item (id),
  team      TEXT REFERENCES team (id),
  to_team   TEXT REFERENCES team (id),
  body      TEXT NOT NULL,
  action    TEXT REFERENCES action (id),
  decision  BIGINT,
  share     TEXT,
  by_key    TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  at        BIGINT NOT NULL,
  back_by   TEXT,
  back_at   BIGINT,
  UNIQUE (session, key),
  UNIQUE (session, number)
);

-- The last number given to a capture of a session.
CREATE TABLE forum_capture_number (
  session TEXT PRIMARY KEY REFERENCES forum_session (id),
  last    BIGINT NOT NULL
);

CREATE TABLE forum_treatment (
  id      TEXT PRIMARY KEY,
  session TEXT NOT NULL REFERENCES forum_session (id),
  action  TEXT NOT NULL REFERENCES action (id),
  how     TEXT NOT NULL,
  item    TEXT REFERENCES forum_agenda_item (id),
  team    TEXT NOT NULL REFERENCES team (id),
  body    TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL
);

CREATE INDEX forum_treatment_of ON forum_treatment (session, id);

CREATE TABLE forum_attendance (
  session TEXT NOT NULL REFERENCES forum_session (id),
  seat    TEXT NOT NULL,
  name    TEXT NOT NULL,
  taken   TEXT NOT NULL,
  deputy  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (session, seat)
);

CREATE TABLE forum_minutes (
  session TEXT PRIMARY KEY REFERENCES forum_session (id),
  body    TEXT NOT NULL,
  digest  TEXT NOT NULL,
  at      BIGINT NOT NULL
);

CREATE TABLE forum_addendum (
  id      TEXT PRIMARY KEY,
  session TEXT NOT NULL REFERENCES forum_session (id),
  words   TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL
);

CREATE INDEX forum_addendum_of ON forum_addendum (session, id);
