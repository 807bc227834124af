-- A template holds answers to some questions of a lens, for many reviews. Its versions never change; `draft` is what the next one
-- would say, and each change of it raises `draft_version`. Bodies are JSON. Times are microseconds.
--
-- What a template says in a review is a version of the answer like any other, in `review_answer`, with the template that it comes
-- from: so everything that reads answers, now or as they were, reads it too.

CREATE TABLE answer_template (
  id            TEXT PRIMARY KEY,
  slug          TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  about         TEXT NOT NULL,
  lens          TEXT NOT NULL,
  team          TEXT NOT NULL,
  version       BIGINT NOT NULL,
  draft         TEXT NOT NULL,
  draft_version BIGINT NOT NULL,
  draft_by      TEXT NOT NULL,
  draft_at      BIGINT NOT NULL,
  made_by       TEXT NOT NULL,
  made_at       BIGINT NOT NULL
);

CREATE TABLE answer_template_version (
  template TEXT NOT NULL REFERENCES answer_template (id),
  version  BIGINT NOT NULL,
  digest   TEXT NOT NULL REFERENCES lens_version (digest),
  body     TEXT NOT NULL,
  why      TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (template, version)
);

-- A review that uses a template. `shown` is the version that its answers show: they follow in steps when many reviews use it.
CREATE TABLE review_template (
  review   TEXT NOT NULL REFERENCES review (id),
  template TEXT NOT NULL REFERENCES answer_template (id),
  left_out TEXT NOT NULL,
  shown    BIGINT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (review, template)
);

CREATE INDEX review_template_template ON review_template (template, review);

-- The question of a review that a template answers: one template at most. `stood` is the version of the answer that stood there before,
-- nought without one. With `overridden_by` the review says something else, for a reason.
CREATE TABLE review_covered (
  review        TEXT NOT NULL REFERENCES review (id),
  question      TEXT NOT NULL,
  template      TEXT NOT NULL REFERENCES answer_template (id),
  stood         BIGINT NOT NULL,
  reason        TEXT,
  overridden_by TEXT,
  overridden_at BIGINT,
  PRIMARY KEY (review, question)
);

CREATE INDEX review_covered_template ON review_covered (template, review);

ALTER TABLE review_answer ADD COLUMN template TEXT;
ALTER TABLE review_answer ADD COLUMN template_version BIGINT;
