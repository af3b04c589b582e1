-- An UPDATE of many users took the square of their number: nothing is known of how many rows a transition table has, and
-- the join of the two was planned as a nested loop.
CREATE OR REPLACE FUNCTION invalidate_cache_by_revival() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cache_outbox (tags)
  SELECT ARRAY['users/User']
  WHERE EXISTS (
    SELECT id FROM old_rows WHERE deleted_at IS NOT NULL
    INTERSECT
    SELECT id FROM new_rows WHERE deleted_at IS NULL
  );
  RETURN NULL;
END
$$;
