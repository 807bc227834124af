-- Tech shares: a talk that follows from a session or a review. `day` is ISO or empty, `body` is JSON, `grp` the group. Which team took
-- something up, since when. Connections that the data offers to two teams, once one of them has answered, with what each said; what is
-- offered follows from the data and is not stored. `about` is `metric:KEY` or `practice:LENS/QUESTION/CHOICE`. Times are microseconds.

CREATE TABLE tech_share (
  id           TEXT PRIMARY KEY,
  grp          TEXT NOT NULL REFERENCES review_group (id),
  team         TEXT REFERENCES team (id),
  day          TEXT NOT NULL,
  body         TEXT NOT NULL,
  origin_kind  TEXT NOT NULL,
  origin_id    TEXT NOT NULL,
  origin_url   TEXT NOT NULL,
  origin_words TEXT NOT NULL,
  version      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  made_at      BIGINT NOT NULL,
  changed_by   TEXT NOT NULL,
  changed_at   BIGINT NOT NULL
);

CREATE INDEX tech_share_of ON tech_share (grp, id);

CREATE TABLE tech_share_adoption (
  share   TEXT NOT NULL REFERENCES tech_share (id),
  team    TEXT NOT NULL REFERENCES team (id),
  on_day  TEXT NOT NULL,
  what    TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (share, team)
);

CREATE TABLE connection_offer (
  grp         TEXT NOT NULL REFERENCES review_group (id),
  about       TEXT NOT NULL,
  gives       TEXT NOT NULL REFERENCES team (id),
  receives    TEXT NOT NULL REFERENCES team (id),
  title       TEXT NOT NULL,
  giver       TEXT,
  giver_by    TEXT,
  giver_at    BIGINT,
  receiver    TEXT,
  receiver_by TEXT,
  receiver_at BIGINT,
  PRIMARY KEY (grp, about, gives, receives)
);
