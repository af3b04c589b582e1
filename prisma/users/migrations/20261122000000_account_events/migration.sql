-- The outbox: what other services must hear of, written in the transaction that made it true. A relay publishes the rows
-- and deletes them; docs/architecture.md, "Events".
CREATE TABLE events (
  -- UUIDv7 made by the application: events are published in its order.
  id         uuid PRIMARY KEY,
  type       text NOT NULL CHECK (type ~ '^[a-z]+(\.[a-z]+)+$'),
  payload    jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Accounts that were deleted before anybody was told.
INSERT INTO events (id, type, payload)
SELECT gen_random_uuid(), 'account.deleted', jsonb_build_object('accountId', id) FROM users WHERE deleted_at IS NOT NULL;
