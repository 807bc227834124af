-- Messages, and the channels by which they leave. Times are microseconds.

-- `body` says how a channel is reached, as JSON: names of secrets, addresses of mail. No secret stands here. `review_group` is
-- whose it is; none: the organisation's. `folded` is the name in the form in which two names are the same; it is free again
-- once the channel was put away.
CREATE TABLE channel (
  id           TEXT PRIMARY KEY,
  slug         TEXT NOT NULL UNIQUE,
  folded       TEXT UNIQUE,
  name         TEXT NOT NULL,
  kind         TEXT NOT NULL,
  review_group TEXT REFERENCES review_group (id),
  body         TEXT NOT NULL,
  version      BIGINT NOT NULL,
  made_at      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  changed_at   BIGINT NOT NULL,
  changed_by   TEXT NOT NULL,
  archived_at  BIGINT,
  archived_by  TEXT
);

-- What a channel hears.
CREATE TABLE channel_topic (
  channel TEXT NOT NULL REFERENCES channel (id),
  topic   TEXT NOT NULL,
  PRIMARY KEY (channel, topic)
);
CREATE INDEX channel_topic_topic ON channel_topic (topic);

-- What was said, once for each cause. `body` is its blocks, as JSON.
CREATE TABLE message (
  id           TEXT PRIMARY KEY,
  cause        TEXT NOT NULL UNIQUE,
  topic        TEXT NOT NULL,
  review_group TEXT REFERENCES review_group (id),
  title        TEXT NOT NULL,
  body         TEXT NOT NULL,
  href         TEXT NOT NULL,
  made_at      BIGINT NOT NULL,
  made_by      TEXT NOT NULL
);

-- One for each message and receiver; its id is that of its row in the outbox, which says whether it arrived. A delivery to a
-- person names the channel that mails people.
CREATE TABLE message_delivery (
  id      TEXT PRIMARY KEY,
  message TEXT NOT NULL REFERENCES message (id),
  channel TEXT NOT NULL REFERENCES channel (id),
  person  TEXT REFERENCES person (id)
);
CREATE INDEX message_delivery_message ON message_delivery (message);
CREATE INDEX message_delivery_channel ON message_delivery (channel, id);
