-- What people say about a question while they hold a review: comments are only added to. Times are microseconds.

CREATE TABLE review_comment (
  id       TEXT PRIMARY KEY,
  review   TEXT NOT NULL REFERENCES review (id),
  question TEXT NOT NULL,
  words    TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  at       BIGINT NOT NULL
);

CREATE INDEX review_comment_question ON review_comment (review, question, id);

-- Who has a review open, as one instance knows it: a list as JSON that is renewed every few seconds and means nothing after some
-- more. On the embedded engine there is one instance, which keeps it in memory alone.
CREATE TABLE review_presence (
  review   TEXT NOT NULL REFERENCES review (id),
  instance TEXT NOT NULL,
  people   TEXT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (review, instance)
);
