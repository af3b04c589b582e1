-- Posts and comments outlive their authors: no author means that the account is gone. A draft without one could be seen
-- by nobody, so there are none.
ALTER TABLE posts ALTER COLUMN author_id DROP NOT NULL;
ALTER TABLE posts ADD CONSTRAINT posts_author_id_check CHECK (author_id IS NOT NULL OR status = 'published');
ALTER TABLE comments ALTER COLUMN author_id DROP NOT NULL;

CREATE INDEX comments_author_id_idx ON comments (author_id);

-- As before, but a key that is null counts for nobody: posts without an author are in no author's counter.
CREATE OR REPLACE FUNCTION net_changes(lost anyarray, gained anyarray) RETURNS TABLE (key anyelement, delta bigint)
LANGUAGE sql IMMUTABLE AS $$
  SELECT key, sum(change)
  FROM (SELECT unnest(lost), -1 UNION ALL SELECT unnest(gained), 1) AS changes (key, change)
  WHERE key IS NOT NULL
  GROUP BY key
  HAVING sum(change) <> 0
$$;

-- Accounts that are gone. Their access tokens live on for some minutes, in which nothing may be written for them any more.
CREATE TABLE deleted_accounts (
  id         uuid PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Whoever writes for an account holds it until the transaction ends; whoever deletes it waits for all of them. So either
-- the deletion finds what was written, or the writer finds the deletion. plpgsql, and VOLATILE, because there the second
-- statement sees what was committed while the first one waited.
CREATE FUNCTION hold_account(account uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(account::text, 0));
  RETURN NOT EXISTS (SELECT FROM deleted_accounts WHERE id = account);
END
$$;

CREATE FUNCTION mark_account_deleted(account uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(account::text, 0));
  INSERT INTO deleted_accounts (id) VALUES (account) ON CONFLICT DO NOTHING;
END
$$;
