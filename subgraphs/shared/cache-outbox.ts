import type { Pool } from 'pg';
import type { Fence, Outbox, OutboxRow } from '../../cache/outbox.ts';

/** A look takes so many rows at most, and so many tags unless the first row alone has more. */
const mostRows = 1_000;
const mostTags = 5_000;

/**
 * The outbox that a migration made (prisma/<database>/migrations/20261122100000_cache_outbox). Each method is one statement, and so sees
 * one moment of the database; how long it may take is the pool's matter.
 */
export function createCacheOutbox(pool: Pool): Outbox {
  return {
    async look() {
      const { rows } = await pool.query<Look>({ name: 'look', text: look, values: [mostRows, mostTags] });
      const [seen] = rows;
      if (seen === undefined) throw new Error('A look at the outbox is one row, but there was none');
      return {
        rows: seen.rows,
        isComplete: seen.is_complete,
        source: seen.source,
        fence: seen.fence ?? undefined,
      };
    },
    async remove(ids, epoch) {
      const { rows } = await pool.query<{ is_current: boolean }>(remove, [ids, epoch]);
      return rows[0]?.is_current === true;
    },
    async adopt(epoch, settleMs) {
      await pool.query(adopt, [epoch, settleMs]);
    },
  };
}

interface Look {
  rows: OutboxRow[];
  is_complete: boolean;
  source: string;
  fence: Fence | null;
}

/**
 * What tells a database from the one that answers were computed from:
 * - the cluster, its timeline (another one after a failover or a restore to a point in time) and the database in it.
 *   pg_control_checkpoint() would tell of a new timeline at the next checkpoint only. On a standby this fails, as it should:
 *   what a standby shows is no evidence of what is committed.
 * - the start of the server: a disk that was set back to a snapshot has no new timeline, and commits that didn't wait
 *   for the disk (synchronous_commit = off) are gone after a crash.
 * - the migrations, begun and ended: they change what rows look like without touching one.
 * No part of it may depend on who asks, on their time zone, say: relays that disagree would sweep again and again.
 */
const source = `
  concat_ws(', ',
    'system ' || (SELECT system_identifier FROM pg_control_system()),
    'timeline ' || left(pg_walfile_name(pg_current_wal_lsn()), 8),
    'database ' || (SELECT oid FROM pg_database WHERE datname = current_database()),
    'started ' || extract(epoch FROM pg_postmaster_start_time()),
    (
      SELECT 'migrations ' || concat_ws('/', count(*), count(finished_at),
        extract(epoch FROM max(greatest(started_at, finished_at, rolled_back_at))))
      FROM _prisma_migrations
    )
  )`;

const look = `
  WITH oldest AS (
    SELECT id, tags FROM cache_outbox ORDER BY id LIMIT $1::integer + 1
  ), counted AS (
    SELECT id, tags, row_number() OVER so_far AS rows_so_far, sum(cardinality(tags)) OVER so_far AS tags_so_far
    FROM oldest
    WINDOW so_far AS (ORDER BY id)
  ), taken AS (
    SELECT id, tags FROM counted
    WHERE rows_so_far = 1 OR (rows_so_far <= $1::integer AND tags_so_far <= $2::integer)
  )
  SELECT
    (SELECT coalesce(json_agg(json_build_object('id', id::text, 'tags', tags) ORDER BY id), '[]') FROM taken) AS rows,
    (SELECT count(*) FROM taken) = (SELECT count(*) FROM oldest) AS is_complete,
    ${source} AS source,
    (
      SELECT json_build_object(
        'epoch', epoch,
        'settlesInMs', greatest(0, ceil(extract(epoch FROM settles_at - clock_timestamp()) * 1000))
      )
      FROM cache_fence
    ) AS fence`;

/** What a sister is deleting at this moment is left to her: two that wait for each other's rows would deadlock. */
const remove = `
  WITH removed AS (
    DELETE FROM cache_outbox WHERE id IN (
      SELECT id FROM cache_outbox
      WHERE id = ANY ($1::bigint[]) AND EXISTS (SELECT FROM cache_fence WHERE epoch = $2)
      ORDER BY id
      FOR UPDATE SKIP LOCKED
    )
  )
  SELECT EXISTS (SELECT FROM cache_fence WHERE epoch = $2) AS is_current`;

/**
 * Who adopts without a time to settle has seen no fence; if there is one by now, that isn't theirs to move: on the epoch
 * it stands at, leases may have been given since. They look again and come back with a time.
 */
const adopt = `
  INSERT INTO cache_fence (epoch, settles_at)
  VALUES ($1, clock_timestamp() + $2::integer * interval '1 millisecond')
  ON CONFLICT (is_only) DO UPDATE
  SET epoch = excluded.epoch, settles_at = clock_timestamp() + $2::integer * interval '1 millisecond'
  WHERE cache_fence.epoch < excluded.epoch AND $2::integer > 0`;
