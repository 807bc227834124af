-- Lenses as they were published: each row is a file, or a folder of files, that never changes. `digest` is SHA-256 of the file, so
-- the same file is the same version. `origin` is `built-in` or `imported`. Times are microseconds.

CREATE TABLE lens_version (
  digest       TEXT PRIMARY KEY,
  slug         TEXT NOT NULL,
  name         TEXT NOT NULL,
  version      TEXT NOT NULL,
  form         TEXT NOT NULL,
  origin       TEXT NOT NULL,
  pillars      BIGINT NOT NULL,
  questions    BIGINT NOT NULL,
  choices      BIGINT NOT NULL,
  rules        BIGINT NOT NULL,
  published_by TEXT NOT NULL,
  published_at BIGINT NOT NULL
);

CREATE INDEX lens_version_slug ON lens_version (slug, published_at, digest);

CREATE TABLE lens_part (
  digest TEXT NOT NULL REFERENCES lens_version (digest),
  number BIGINT NOT NULL,
  name   TEXT NOT NULL,
  body   TEXT NOT NULL,
  PRIMARY KEY (digest, number)
);
