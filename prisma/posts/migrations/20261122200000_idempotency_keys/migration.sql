-- What was created under the keys that clients chose, so that a request which is sent again creates nothing again. Written in
-- the transaction that creates it. Only those requests look here: the response cache hears nothing of it.
CREATE TABLE idempotency_keys (
  -- A user of another database, so no foreign key.
  account_id uuid NOT NULL,
  mutation   text NOT NULL,
  key        text COLLATE "C" NOT NULL CHECK (key ~ '^[!-~]{1,100}$'),
  -- SHA-256 of what the mutation was told, to notice a key that is used for something else.
  input_hash bytea NOT NULL CHECK (octet_length(input_hash) = 32),
  -- No foreign key either: that what was created is gone by now is no reason to create it again.
  created_id uuid NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  PRIMARY KEY (account_id, mutation, key)
);

-- Finds the oldest ones, which go.
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
