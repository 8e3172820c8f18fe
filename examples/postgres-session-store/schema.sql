-- Tables of the PostgreSQL session store. Run once, with the rights of an owner; the gateway itself needs SELECT,
-- INSERT, UPDATE and DELETE on the tables, and USAGE on the sequence.
-- Records are JSON as the domain knows them, and hold hashes of secrets, never secrets. Times are Unix seconds.

CREATE TABLE IF NOT EXISTS cardea_user (
  tenant text NOT NULL,
  user_id text NOT NULL,
  record jsonb NOT NULL,
  retain_until bigint NOT NULL,
  PRIMARY KEY (tenant, user_id)
);

CREATE TABLE IF NOT EXISTS cardea_session (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  user_id text NOT NULL,
  record jsonb NOT NULL,
  moments jsonb NOT NULL DEFAULT '[]',
  retain_until bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS cardea_session_by_user ON cardea_session (tenant, user_id);
CREATE INDEX IF NOT EXISTS cardea_session_by_end ON cardea_session (retain_until);

-- Proofs of identity older than this count for nothing; tenant '' stands for everyone.
CREATE TABLE IF NOT EXISTS cardea_not_before (
  tenant text PRIMARY KEY,
  not_before bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS cardea_revocation (
  id bigserial PRIMARY KEY,
  entry jsonb NOT NULL,
  until bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS cardea_limit (
  key text PRIMARY KEY,
  taken integer NOT NULL,
  opens_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL
);
