-- How people in a forum work together. Each version of a working agreement is a row; a team signs a version once, by somebody.
-- Times are microseconds.

CREATE TABLE forum_agreement (
  forum   TEXT NOT NULL,
  version BIGINT NOT NULL,
  body    TEXT NOT NULL,
  why     TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (forum, version)
);

CREATE TABLE forum_signature (
  forum   TEXT NOT NULL,
  version BIGINT NOT NULL,
  team    TEXT NOT NULL REFERENCES team (id),
  by_key  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (forum, version, team)
);

-- Questions that nobody signed. They stand in one row for each session, as a JSON list in the order of their digests, so that neither a
-- row of its own, nor a number, nor a time, nor the order of rows says who asked what when.

CREATE TABLE forum_box (
  session   TEXT PRIMARY KEY REFERENCES forum_session (id),
  asked     BIGINT NOT NULL,
  questions TEXT NOT NULL
);

-- One optional question after a session. `counts` is answers by kind as JSON, in one row; `secret` makes tickets that can be used once.
-- When it ends, the secret and the tickets that were used are removed, and counts of fewer than five answers with them.

CREATE TABLE forum_feedback (
  session TEXT PRIMARY KEY REFERENCES forum_session (id),
  secret  TEXT NOT NULL,
  answers BIGINT NOT NULL,
  counts  TEXT NOT NULL,
  ends_at BIGINT NOT NULL
);

CREATE TABLE forum_feedback_ticket (
  session TEXT NOT NULL REFERENCES forum_feedback (session),
  ticket  TEXT NOT NULL,
  PRIMARY KEY (session, ticket)
);

-- Capacity for improvement of a team in a sprint, in hours of people: asked for, agreed, used; empty for not said. Each statement is a
-- new version with all three, and the newest counts.

CREATE TABLE team_capacity (
  team    TEXT NOT NULL REFERENCES team (id),
  sprint  BIGINT NOT NULL,
  version BIGINT NOT NULL,
  asked   BIGINT,
  agreed  BIGINT,
  used    BIGINT,
  note    TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (team, sprint, version)
);
