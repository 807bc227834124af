-- Concerns of the council. Each change and each move is a row of concern_version with everything that the concern says after it, who
-- made it, when and why; `version` points to the newest, and `state` and `moved_at` are those of it. Times are microseconds.

CREATE TABLE concern (
  number       BIGINT PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  team         TEXT NOT NULL REFERENCES team (id),
  origin_kind  TEXT NOT NULL,
  origin_id    TEXT NOT NULL,
  origin_url   TEXT NOT NULL,
  origin_words TEXT NOT NULL,
  state        TEXT NOT NULL,
  moved_at     BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  made_name    TEXT NOT NULL,
  made_at      BIGINT NOT NULL
);

CREATE INDEX concern_in_state ON concern (state, number);
CREATE INDEX concern_of_team ON concern (team, number);

-- The next number; one row.
CREATE TABLE concern_number (
  id   TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);

INSERT INTO concern_number (id, last) VALUES ('concern', 0);

CREATE TABLE concern_version (
  concern BIGINT NOT NULL REFERENCES concern (number),
  version BIGINT NOT NULL,
  state   TEXT NOT NULL,
  body    TEXT NOT NULL,
  why     TEXT NOT NULL,
  by_key  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (concern, version)
);

CREATE INDEX concern_version_in_state ON concern_version (state, at);

-- Words of a concern, folded, for the search and for those that are alike.
CREATE TABLE concern_word (
  word    TEXT NOT NULL,
  concern BIGINT NOT NULL REFERENCES concern (number),
  PRIMARY KEY (word, concern)
);

CREATE INDEX concern_word_of ON concern_word (concern);

-- What each member, or the council as a whole, gives a concern.
CREATE TABLE concern_score (
  concern BIGINT NOT NULL REFERENCES concern (number),
  voter   TEXT NOT NULL,
  by_name TEXT NOT NULL,
  body    TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (concern, voter)
);

-- Stories: actions of the register, each of one team, and in which sprint of that team's group.
CREATE TABLE concern_story (
  concern BIGINT NOT NULL REFERENCES concern (number),
  action  TEXT NOT NULL REFERENCES action (id),
  sprint  BIGINT,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (concern, action)
);

-- Results; only added to.
CREATE TABLE concern_result (
  id          TEXT PRIMARY KEY,
  concern     BIGINT NOT NULL REFERENCES concern (number),
  environment TEXT NOT NULL,
  body        TEXT NOT NULL,
  by_key      TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          BIGINT NOT NULL
);

CREATE INDEX concern_result_of ON concern_result (concern, id);

-- The council's own rules; one row once somebody changed them.
CREATE TABLE council_setting (
  id      TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  body    TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL
);
