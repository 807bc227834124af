-- Reminders of reports that are not ready: one person has one a day at most, and one for each stage of a session. `day` is in the forum's
-- zone, `stage` days before the session; `body` is JSON. `forum_feed` holds the SHA-256 of the secret in a person's own calendar address.
-- Times are microseconds.

CREATE TABLE forum_reminder (
  id      TEXT PRIMARY KEY,
  person  TEXT NOT NULL REFERENCES person (id),
  day     TEXT NOT NULL,
  session TEXT NOT NULL REFERENCES forum_session (id),
  stage   BIGINT NOT NULL,
  body    TEXT NOT NULL,
  at      BIGINT NOT NULL,
  UNIQUE (person, day),
  UNIQUE (person, session, stage)
);

CREATE TABLE forum_feed (
  person  TEXT PRIMARY KEY,
  digest  TEXT NOT NULL UNIQUE,
  made_at BIGINT NOT NULL
);
