-- The response cache hears of every committed write through the outbox below: triggers write into it in the transaction that
-- changes rows, a relay publishes what it finds there, then deletes it. docs/cache.md says how, and how to add a table.

CREATE TABLE cache_outbox (
  -- Taken at the insert, not at the commit: a higher one may be visible earlier. So readers ask for no "rows above".
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tags       text[] NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
) WITH (
  -- A queue: nearly empty, and every row ever written is a dead one soon. Vacuumed by their number, at full speed. Never
  -- truncated, because that locks out whoever writes anything.
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_threshold = -1,
  vacuum_truncate = false
);

-- The newest life of the cache that a relay of this database has met (cache/outbox.ts). One row at most.
CREATE TABLE cache_fence (
  is_only    boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  -- By bytes, as everybody else compares epochs.
  epoch      text COLLATE "C" NOT NULL,
  -- Until then gateways may still serve what an older life of the cache holds.
  settles_at timestamptz(3) NOT NULL
);

-- How it works: for each table that queries read there is a function `cache_facts`, which says of one row what it adds to
-- which answers: pairs of a tag and a fact. A list's fact has what the list filters and sorts by, and nothing else. After a
-- statement the facts of all old rows are compared with those of all new ones. A tag with a fact that only one side has
-- is stale, and so:
-- - A row that moves from one list to another has facts under both tags, one on each side.
-- - A change of a column that a list doesn't look at leaves the list's facts, and so its tag, alone.
-- - Inserts and deletes are no special cases: one side has no facts.
--
-- The procedure has all that happens to a table invalidate the cache: by the facts of its rows or, where many rows change, by
-- the type they belong to. It writes a trigger function for the table, because one function for all tables would have to
-- EXECUTE, and so to plan at every write: eight times the cost.
CREATE PROCEDURE invalidate_cache_by(changed regclass, type text)
LANGUAGE plpgsql SET search_path = public AS $procedure$
DECLARE
  function_name CONSTANT text := 'invalidate_cache_by_' || changed;
  trigger_name text;
  event text;
  images text;
BEGIN
  -- SECURITY DEFINER: who may write posts need not be allowed to write tags. search_path is fixed for that reason, and
  -- because pg_restore fires triggers with an empty one.
  EXECUTE format($create$
    CREATE FUNCTION %1$I() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      -- Above that one tag, the type, stands for all of them.
      most_rows CONSTANT integer := 256;
      rows_changed integer;
      stale text[];
    BEGIN
      IF TG_OP = 'INSERT' THEN
        PERFORM FROM new_rows LIMIT most_rows + 1;
        GET DIAGNOSTICS rows_changed = ROW_COUNT;
      ELSIF TG_OP <> 'TRUNCATE' THEN
        PERFORM FROM old_rows LIMIT most_rows + 1;
        GET DIAGNOSTICS rows_changed = ROW_COUNT;
      END IF;

      -- Statements that touch no row fire triggers, too.
      IF rows_changed = 0 THEN
        RETURN NULL;
      ELSIF TG_OP = 'TRUNCATE' OR rows_changed > most_rows THEN
        stale := ARRAY[%3$L];
      ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT facts.tag) INTO stale FROM new_rows AS r, cache_facts(r::%2$s) AS facts;
      ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT facts.tag) INTO stale FROM old_rows AS r, cache_facts(r::%2$s) AS facts;
      ELSE
        SELECT array_agg(DISTINCT tag) INTO stale
        FROM (
          SELECT tag
          FROM (
            SELECT facts.*, -1 FROM old_rows AS r, cache_facts(r::%2$s) AS facts
            UNION ALL
            SELECT facts.*, 1 FROM new_rows AS r, cache_facts(r::%2$s) AS facts
          ) AS sides (tag, fact, side)
          GROUP BY tag, fact
          HAVING sum(side) <> 0
        ) AS changed;
      END IF;

      -- Where no row is on a list there is a fact without a tag.
      stale := array_remove(stale, NULL);
      IF cardinality(stale) > 0 THEN
        INSERT INTO cache_outbox (tags) VALUES (stale);
      END IF;
      RETURN NULL;
    END
    $$
  $create$, function_name, changed, type);

  -- Transition tables allow one event a trigger.
  FOR trigger_name, event, images IN VALUES
    ('invalidate_inserted', 'INSERT', 'REFERENCING NEW TABLE AS new_rows'),
    ('invalidate_updated', 'UPDATE', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'),
    ('invalidate_deleted', 'DELETE', 'REFERENCING OLD TABLE AS old_rows'),
    ('invalidate_truncated', 'TRUNCATE', '')
  LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION %I()',
      trigger_name, event, changed, images, function_name);
    -- Also where session_replication_role silences normal triggers: the rows change all the same.
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', changed, trigger_name);
  END LOOP;
END
$procedure$;

-- Tables --------------------------------------------------------------------------------------------------------------

-- A row's own fact is all of it, so that a new column needs nobody to remember this. Left out is what no answer can show.
-- A deleted account is in no list.
CREATE FUNCTION cache_facts(r users) RETURNS TABLE (tag text, fact text)
LANGUAGE sql STABLE AS $$
  VALUES
    ('users/User:' || r.id, (to_jsonb(r) - '{password_hash,updated_at}'::text[])::text),
    ('users/User.username:' || r.username, (r.id, r.deleted_at)::text),
    (CASE WHEN r.deleted_at IS NULL THEN 'users/User.all' END, r.id::text),
    (CASE WHEN r.deleted_at IS NULL THEN 'users/User.search' END, (r.id, r.username, r.name)::text)
$$;

CREATE FUNCTION cache_facts(r follows) RETURNS TABLE (tag text, fact text)
LANGUAGE sql STABLE AS $$
  VALUES
    ('users/User.followers:' || r.followee_id, (r.id, r.follower_id)::text),
    ('users/User.following:' || r.follower_id, (r.id, r.followee_id)::text)
$$;

-- No row means zero, and so a row of zeros is no fact.
CREATE FUNCTION cache_facts(r user_counters) RETURNS TABLE (tag text, fact text)
LANGUAGE sql STABLE AS $$
  SELECT 'users/User.counters:' || r.user_id, (r.follower_count, r.following_count)::text
  WHERE r.follower_count <> 0 OR r.following_count <> 0
$$;

CALL invalidate_cache_by('users', 'users/User');
CALL invalidate_cache_by('follows', 'users/User');
CALL invalidate_cache_by('user_counters', 'users/User');

-- Lists of followers leave out deleted accounts. One that is deleted is in the lists it vanishes from, by its own tag; but one that
-- comes back is in none of the lists it has to appear in. That is nothing the application does, only hands in psql.
CREATE FUNCTION invalidate_cache_by_revival() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cache_outbox (tags)
  SELECT ARRAY['users/User']
  WHERE EXISTS (
    SELECT FROM old_rows JOIN new_rows USING (id)
    WHERE old_rows.deleted_at IS NOT NULL AND new_rows.deleted_at IS NULL
  );
  RETURN NULL;
END
$$;

CREATE TRIGGER invalidate_revived AFTER UPDATE ON users
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION invalidate_cache_by_revival();
ALTER TABLE users ENABLE ALWAYS TRIGGER invalidate_revived;

-- Not the other tables: sessions, refresh_tokens and events are read by no query.
