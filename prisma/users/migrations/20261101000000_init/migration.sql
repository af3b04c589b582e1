-- Search by part of a username or name needs an index on their trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Accounts -----------------------------------------------------------------------------------------------------------

-- Ids are UUIDv7 made by the application (PostgreSQL has uuidv7() from 18 only); their order is the order of creation,
-- so lists of users need no other index than the primary key.
CREATE TABLE users (
  id            uuid PRIMARY KEY,
  username      text NOT NULL CHECK (username ~ '^[a-z0-9_]{3,30}$'),
  name          text NOT NULL CHECK (char_length(name) <= 80),
  bio           text NOT NULL DEFAULT '' CHECK (char_length(bio) <= 500),
  avatar_url    text CHECK (char_length(avatar_url) <= 2000),
  email         text CHECK (email = lower(email) AND char_length(email) <= 254),
  password_hash text,
  created_at    timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at    timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  deleted_at    timestamptz(3),

  -- A living account can log in and has a name; a deleted one holds nothing personal. The username stays, so that
  -- nobody else can take it and pass for its former owner.
  CONSTRAINT users_living_or_erased_check CHECK (
    CASE
      WHEN deleted_at IS NULL THEN name <> '' AND email IS NOT NULL AND password_hash IS NOT NULL
      ELSE name = '' AND bio = '' AND avatar_url IS NULL AND email IS NULL AND password_hash IS NULL
    END
  )
);

CREATE UNIQUE INDEX users_username_key ON users (username);
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE INDEX users_search_idx ON users USING gin (username gin_trgm_ops, name gin_trgm_ops);

-- Sessions -----------------------------------------------------------------------------------------------------------

CREATE TABLE sessions (
  id         uuid PRIMARY KEY,
  user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3)
);

CREATE INDEX sessions_user_id_idx ON sessions (user_id);

CREATE TABLE refresh_tokens (
  id         uuid PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  -- SHA-256 of the token, never the token.
  token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at timestamptz(3) NOT NULL,
  used_at    timestamptz(3)
);

CREATE UNIQUE INDEX refresh_tokens_token_hash_key ON refresh_tokens (token_hash);
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);

-- Who follows whom ---------------------------------------------------------------------------------------------------

CREATE TABLE follows (
  id          uuid PRIMARY KEY,
  follower_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  followee_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at  timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT follows_not_oneself_check CHECK (follower_id <> followee_id)
);

CREATE UNIQUE INDEX follows_follower_id_followee_id_key ON follows (follower_id, followee_id);

-- Keyset pages of followers and of followed accounts, newest first.
CREATE INDEX follows_followee_id_id_idx ON follows (followee_id, id DESC);
CREATE INDEX follows_follower_id_id_idx ON follows (follower_id, id DESC);

-- Counters -----------------------------------------------------------------------------------------------------------

-- In a table of their own, so that a new follower doesn't rewrite the account's row. No row means zero.
CREATE TABLE user_counters (
  user_id         uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  follower_count  integer NOT NULL DEFAULT 0 CHECK (follower_count >= 0),
  following_count integer NOT NULL DEFAULT 0 CHECK (following_count >= 0)
);

-- Statement-level with transition tables: one call for a COPY of a million rows, for a cascade, for a line typed into
-- psql. Normal triggers, not ENABLE ALWAYS: a replica receives the counters themselves. search_path is fixed because
-- pg_restore fires triggers with an empty one.
CREATE FUNCTION count_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  old_followers uuid[];
  old_followees uuid[];
  new_followers uuid[];
  new_followees uuid[];
  users uuid[];
  follower_deltas bigint[];
  following_deltas bigint[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM user_counters;
    RETURN NULL;
  END IF;

  IF TG_OP <> 'INSERT' THEN
    SELECT array_agg(follower_id), array_agg(followee_id) INTO old_followers, old_followees FROM old_rows;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(follower_id), array_agg(followee_id) INTO new_followers, new_followees FROM new_rows;
  END IF;

  SELECT array_agg(user_id), array_agg(followers), array_agg(followings)
  INTO users, follower_deltas, following_deltas
  FROM (
    SELECT user_id, sum(follower) AS followers, sum(following) AS followings
    FROM (
      SELECT unnest(old_followees), -1, 0
      UNION ALL
      SELECT unnest(old_followers), 0, -1
      UNION ALL
      SELECT unnest(new_followees), 1, 0
      UNION ALL
      SELECT unnest(new_followers), 0, 1
    ) AS change (user_id, follower, following)
    GROUP BY user_id
    HAVING sum(follower) <> 0 OR sum(following) <> 0
  ) AS delta;
  IF users IS NULL THEN
    RETURN NULL;
  END IF;

  -- Two transactions that touch the same users in another order would deadlock. So: create what is missing, lock in
  -- id order, then add. Only a gain creates a row: when an account is deleted its counters go with it, and the follows
  -- that cascade away must not bring them back.
  INSERT INTO user_counters (user_id)
  SELECT user_id
  FROM unnest(users, follower_deltas, following_deltas) AS delta (user_id, followers, followings)
  WHERE followers > 0 OR followings > 0
  ORDER BY user_id
  ON CONFLICT DO NOTHING;

  PERFORM FROM user_counters WHERE user_id = ANY (users) ORDER BY user_id FOR NO KEY UPDATE;

  UPDATE user_counters AS counters
  SET follower_count = follower_count + followers, following_count = following_count + followings
  FROM unnest(users, follower_deltas, following_deltas) AS delta (user_id, followers, followings)
  WHERE counters.user_id = delta.user_id;
  RETURN NULL;
END
$$;

-- Transition tables allow one event a trigger.
CREATE TRIGGER count_inserted AFTER INSERT ON follows
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
CREATE TRIGGER count_updated AFTER UPDATE ON follows
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
CREATE TRIGGER count_deleted AFTER DELETE ON follows
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
CREATE TRIGGER count_truncated AFTER TRUNCATE ON follows
  FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
