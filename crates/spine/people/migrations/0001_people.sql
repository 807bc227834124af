-- The organisation: one row, id 1. Months and quarters count in its zone.
CREATE TABLE organisation (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    set_up_at BIGINT NOT NULL,
    set_up_by TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- Accounts. `mail` is in lower case; `folded` is the name as lists order it. No password until the invitation is accepted.
CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    mail TEXT NOT NULL UNIQUE,
    zone TEXT NOT NULL,
    password TEXT,
    invited_at BIGINT NOT NULL,
    invited_by TEXT NOT NULL,
    accepted_at BIGINT,
    deactivated_at BIGINT,
    deactivated_by TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX person_folded ON person (folded, id);

-- Roles. `scope` is the id of a group or a team, or empty for the organisation; those tables are in a higher room.
CREATE TABLE role_grant (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT
);
CREATE UNIQUE INDEX role_grant_once ON role_grant (person, role, scope) WHERE ended_at IS NULL;
CREATE INDEX role_grant_role ON role_grant (role, scope);

-- Sessions of browsers. Only the SHA-256 of the cookie's value is stored.
CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES person (id),
    made_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT
);
CREATE INDEX session_person ON session (person);

-- Codes that work once: the set-up code (no person), invitations, resets. Only the SHA-256 is stored.
CREATE TABLE one_time_code (
    digest TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    person TEXT REFERENCES person (id),
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX one_time_code_person ON one_time_code (person, kind);

-- Service tokens. `hint` is their beginning, so that people can tell them apart; `used_day` is a day, not a time.
CREATE TABLE token (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    name TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_day TEXT,
    revoked_at BIGINT,
    revoked_by TEXT
);

-- What a token may do, and where; `scope` as in role_grant.
CREATE TABLE token_scope (
    token TEXT NOT NULL REFERENCES token (id),
    right_key TEXT NOT NULL,
    scope TEXT NOT NULL,
    PRIMARY KEY (token, right_key, scope)
);
