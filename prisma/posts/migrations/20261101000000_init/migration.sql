-- Posts --------------------------------------------------------------------------------------------------------------

CREATE TYPE post_status AS ENUM ('draft', 'published');

-- Ids are UUIDv7 made by the application (PostgreSQL has uuidv7() from 18 only); their order is the order of creation.
CREATE TABLE posts (
  id           uuid PRIMARY KEY,
  -- A user of another database, so no foreign key: a post may outlive its author.
  author_id    uuid NOT NULL,
  slug         text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 200),
  title        text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  body         text NOT NULL CHECK (char_length(body) <= 100000),
  status       post_status NOT NULL DEFAULT 'draft',
  -- Goes up with every edit; an edit that expects another version has lost a race.
  version      integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  created_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at   timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  published_at timestamptz(3),
  -- Words of the title count more than words of the body.
  search       tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')
  ) STORED,

  CONSTRAINT posts_published_at_check CHECK ((status = 'published') = (published_at IS NOT NULL))
);

CREATE UNIQUE INDEX posts_slug_key ON posts (slug);
CREATE INDEX posts_search_idx ON posts USING gin (search);

-- Keyset pages: all published posts, one author's published posts, one author's drafts. Partial, because no list ever
-- mixes drafts and published posts.
CREATE INDEX posts_published_idx ON posts (published_at DESC, id DESC) WHERE status = 'published';
CREATE INDEX posts_author_published_idx ON posts (author_id, published_at DESC, id DESC) WHERE status = 'published';
CREATE INDEX posts_author_drafts_idx ON posts (author_id, id DESC) WHERE status = 'draft';

-- Tags ---------------------------------------------------------------------------------------------------------------

-- Names are compared by bytes in every table that holds them: the order of their pages must not depend on the cluster's
-- locale, and only then does an index serve a search for a prefix.
CREATE TABLE tags (
  name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(name) <= 40)
);

CREATE TABLE post_tags (
  post_id      uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  tag          text COLLATE "C" NOT NULL REFERENCES tags (name),
  -- The order in which the author gave the tags, from 0.
  position     smallint NOT NULL CHECK (position >= 0),
  -- A copy of the post's, kept by the triggers below: pages of "posts with this tag" come from one index.
  published_at timestamptz(3),

  PRIMARY KEY (post_id, tag)
);

CREATE INDEX post_tags_tag_published_idx ON post_tags (tag, published_at DESC, post_id DESC)
  WHERE published_at IS NOT NULL;

-- Whoever writes the copy, and whatever they write, it becomes the post's. The post is locked until the transaction
-- ends: a concurrent publication waits and then sees the new row, or this waits and then sees the publication.
-- search_path is fixed here and below because pg_restore fires triggers with an empty one.
CREATE FUNCTION copy_published_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  NEW.published_at := (SELECT published_at FROM posts WHERE id = NEW.post_id FOR NO KEY UPDATE);
  RETURN NEW;
END
$$;

CREATE TRIGGER copy_published_at BEFORE INSERT OR UPDATE OF post_id, published_at ON post_tags
  FOR EACH ROW EXECUTE FUNCTION copy_published_at();

-- The way back: a publication reaches the rows of the post. On insert, too: one statement may write a post and its
-- tags together, and then the trigger above cannot see the post yet.
CREATE FUNCTION spread_published_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE post_tags SET published_at = new_rows.published_at
  FROM new_rows
  WHERE post_tags.post_id = new_rows.id AND post_tags.published_at IS DISTINCT FROM new_rows.published_at;
  RETURN NULL;
END
$$;

CREATE TRIGGER spread_published_at_inserted AFTER INSERT ON posts
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION spread_published_at();
CREATE TRIGGER spread_published_at_updated AFTER UPDATE ON posts
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION spread_published_at();

-- Comments and likes -------------------------------------------------------------------------------------------------

CREATE TABLE comments (
  id         uuid PRIMARY KEY,
  post_id    uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  author_id  uuid NOT NULL,
  body       text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 10000),
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Keyset pages of a post's comments, oldest first.
CREATE INDEX comments_post_id_id_idx ON comments (post_id, id);

CREATE TABLE likes (
  post_id    uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  user_id    uuid NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  PRIMARY KEY (post_id, user_id)
);

CREATE INDEX likes_user_id_idx ON likes (user_id);

-- Counters -----------------------------------------------------------------------------------------------------------

-- In tables of their own, so that a like doesn't rewrite (and re-index) the post. No row means zero.
CREATE TABLE post_counters (
  post_id       uuid PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
  like_count    integer NOT NULL DEFAULT 0 CHECK (like_count >= 0),
  comment_count integer NOT NULL DEFAULT 0 CHECK (comment_count >= 0)
);

-- Published posts only, like the next one.
CREATE TABLE author_counters (
  author_id  uuid PRIMARY KEY,
  post_count integer NOT NULL DEFAULT 0 CHECK (post_count >= 0)
);

CREATE TABLE tag_counters (
  tag        text COLLATE "C" PRIMARY KEY REFERENCES tags (name) ON DELETE CASCADE,
  post_count integer NOT NULL DEFAULT 0 CHECK (post_count >= 0)
);

-- What one statement changed: +1 for every key in `gained`, -1 for every key in `lost`, keys that come out even left out.
CREATE FUNCTION net_changes(lost anyarray, gained anyarray) RETURNS TABLE (key anyelement, delta bigint)
LANGUAGE sql IMMUTABLE AS $$
  SELECT key, sum(change)
  FROM (SELECT unnest(lost), -1 UNION ALL SELECT unnest(gained), 1) AS changes (key, change)
  GROUP BY key
  HAVING sum(change) <> 0
$$;

-- The four functions below are one pattern:
-- - Statement-level with transition tables (which allow one event a trigger): one call for a COPY of a million rows, for
--   a cascade, for a line typed into psql. Normal triggers, not ENABLE ALWAYS: a replica receives the counters themselves.
-- - Two transactions that touch the same counters in another order would deadlock. So: create what is missing, lock in
--   key order, then add.
-- - Only a gain creates a row. When a post is deleted its counters go with it, and the likes and comments that cascade
--   away must not bring them back.

-- Likes of a post.
CREATE FUNCTION count_likes() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  lost uuid[];
  gained uuid[];
  keys uuid[];
  deltas bigint[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    UPDATE post_counters SET like_count = 0 WHERE like_count <> 0;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT array_agg(post_id) INTO lost FROM old_rows;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(post_id) INTO gained FROM new_rows;
  END IF;
  SELECT array_agg(key), array_agg(delta) INTO keys, deltas FROM net_changes(lost, gained);
  IF keys IS NULL THEN
    RETURN NULL;
  END IF;

  INSERT INTO post_counters (post_id)
  SELECT key FROM unnest(keys, deltas) AS change (key, delta) WHERE delta > 0 ORDER BY key
  ON CONFLICT DO NOTHING;
  PERFORM FROM post_counters WHERE post_id = ANY (keys) ORDER BY post_id FOR NO KEY UPDATE;
  UPDATE post_counters SET like_count = like_count + delta
  FROM unnest(keys, deltas) AS change (key, delta) WHERE post_id = key;
  RETURN NULL;
END
$$;

CREATE TRIGGER count_inserted AFTER INSERT ON likes
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_likes();
CREATE TRIGGER count_updated AFTER UPDATE ON likes
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_likes();
CREATE TRIGGER count_deleted AFTER DELETE ON likes
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_likes();
CREATE TRIGGER count_truncated AFTER TRUNCATE ON likes
  FOR EACH STATEMENT EXECUTE FUNCTION count_likes();

-- Comments on a post.
CREATE FUNCTION count_comments() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  lost uuid[];
  gained uuid[];
  keys uuid[];
  deltas bigint[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    UPDATE post_counters SET comment_count = 0 WHERE comment_count <> 0;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT array_agg(post_id) INTO lost FROM old_rows;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(post_id) INTO gained FROM new_rows;
  END IF;
  SELECT array_agg(key), array_agg(delta) INTO keys, deltas FROM net_changes(lost, gained);
  IF keys IS NULL THEN
    RETURN NULL;
  END IF;

  INSERT INTO post_counters (post_id)
  SELECT key FROM unnest(keys, deltas) AS change (key, delta) WHERE delta > 0 ORDER BY key
  ON CONFLICT DO NOTHING;
  PERFORM FROM post_counters WHERE post_id = ANY (keys) ORDER BY post_id FOR NO KEY UPDATE;
  UPDATE post_counters SET comment_count = comment_count + delta
  FROM unnest(keys, deltas) AS change (key, delta) WHERE post_id = key;
  RETURN NULL;
END
$$;

CREATE TRIGGER count_inserted AFTER INSERT ON comments
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_comments();
CREATE TRIGGER count_updated AFTER UPDATE ON comments
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_comments();
CREATE TRIGGER count_deleted AFTER DELETE ON comments
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_comments();
CREATE TRIGGER count_truncated AFTER TRUNCATE ON comments
  FOR EACH STATEMENT EXECUTE FUNCTION count_comments();

-- Published posts of an author.
CREATE FUNCTION count_posts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  lost uuid[];
  gained uuid[];
  keys uuid[];
  deltas bigint[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    UPDATE author_counters SET post_count = 0 WHERE post_count <> 0;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT array_agg(author_id) INTO lost FROM old_rows WHERE status = 'published';
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(author_id) INTO gained FROM new_rows WHERE status = 'published';
  END IF;
  SELECT array_agg(key), array_agg(delta) INTO keys, deltas FROM net_changes(lost, gained);
  IF keys IS NULL THEN
    RETURN NULL;
  END IF;

  INSERT INTO author_counters (author_id)
  SELECT key FROM unnest(keys, deltas) AS change (key, delta) WHERE delta > 0 ORDER BY key
  ON CONFLICT DO NOTHING;
  PERFORM FROM author_counters WHERE author_id = ANY (keys) ORDER BY author_id FOR NO KEY UPDATE;
  UPDATE author_counters SET post_count = post_count + delta
  FROM unnest(keys, deltas) AS change (key, delta) WHERE author_id = key;
  RETURN NULL;
END
$$;

CREATE TRIGGER count_inserted AFTER INSERT ON posts
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_posts();
CREATE TRIGGER count_updated AFTER UPDATE ON posts
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_posts();
CREATE TRIGGER count_deleted AFTER DELETE ON posts
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_posts();
CREATE TRIGGER count_truncated AFTER TRUNCATE ON posts
  FOR EACH STATEMENT EXECUTE FUNCTION count_posts();

-- Published posts with a tag.
CREATE FUNCTION count_post_tags() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  lost text[];
  gained text[];
  keys text[];
  deltas bigint[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    UPDATE tag_counters SET post_count = 0 WHERE post_count <> 0;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT array_agg(tag) INTO lost FROM old_rows WHERE published_at IS NOT NULL;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT array_agg(tag) INTO gained FROM new_rows WHERE published_at IS NOT NULL;
  END IF;
  SELECT array_agg(key), array_agg(delta) INTO keys, deltas FROM net_changes(lost, gained);
  IF keys IS NULL THEN
    RETURN NULL;
  END IF;

  INSERT INTO tag_counters (tag)
  SELECT key FROM unnest(keys, deltas) AS change (key, delta) WHERE delta > 0 ORDER BY key
  ON CONFLICT DO NOTHING;
  PERFORM FROM tag_counters WHERE tag = ANY (keys) ORDER BY tag FOR NO KEY UPDATE;
  UPDATE tag_counters SET post_count = post_count + delta
  FROM unnest(keys, deltas) AS change (key, delta) WHERE tag = key;
  RETURN NULL;
END
$$;

CREATE TRIGGER count_inserted AFTER INSERT ON post_tags
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_post_tags();
CREATE TRIGGER count_updated AFTER UPDATE ON post_tags
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_post_tags();
CREATE TRIGGER count_deleted AFTER DELETE ON post_tags
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_post_tags();
CREATE TRIGGER count_truncated AFTER TRUNCATE ON post_tags
  FOR EACH STATEMENT EXECUTE FUNCTION count_post_tags();
