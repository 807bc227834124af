-- Notices to all developers. Times are microseconds, days are ISO.

CREATE TABLE notice_number (
  id   TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);
INSERT INTO notice_number (id, last) VALUES ('notice', 0);

-- `review_group` is whose notice it is; none: the organisation's. `body` is what the newest version says, as JSON. A notice is
-- superseded by one other at most, which keeps its number.
CREATE TABLE notice (
  number       BIGINT PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  review_group TEXT REFERENCES review_group (id),
  version      BIGINT NOT NULL,
  body         TEXT NOT NULL,
  supersedes   BIGINT UNIQUE REFERENCES notice (number),
  issued_at    BIGINT NOT NULL,
  issued_by    TEXT NOT NULL,
  changed_at   BIGINT NOT NULL,
  changed_by   TEXT NOT NULL,
  withdrawn_at BIGINT,
  withdrawn_by TEXT,
  withdrawn_why TEXT
);

-- Everything that a notice ever said.
CREATE TABLE notice_version (
  notice  BIGINT NOT NULL REFERENCES notice (number),
  version BIGINT NOT NULL,
  body    TEXT NOT NULL,
  why     TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  PRIMARY KEY (notice, version)
);

-- That a team has read a version and planned. `person` is the key of who said so, `plan` what they will do, `planned` by when.
CREATE TABLE notice_acknowledgement (
  notice  BIGINT NOT NULL REFERENCES notice (number),
  version BIGINT NOT NULL,
  team    TEXT NOT NULL REFERENCES team (id),
  person  TEXT NOT NULL,
  name    TEXT NOT NULL,
  plan    TEXT NOT NULL,
  planned TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (notice, version, team)
);
CREATE INDEX notice_acknowledgement_team ON notice_acknowledgement (team);
