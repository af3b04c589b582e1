import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { v7 as uuidv7 } from 'uuid';
import { createInProcessEventBus } from '../../platform/in-process-event-bus.ts';
import { createLogger } from '../../platform/logging.ts';
import { createOutboxRelay, type Outbox } from '../../subgraphs/shared/outbox-relay.ts';
import { createDatabase } from '../../subgraphs/users/data/database.ts';
import { createOutbox } from '../../subgraphs/users/data/outbox.ts';
import { freshDatabase } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { createTestPool } from '../support/pools.ts';
import { quietRetries } from '../support/write-retries.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const gauge = 'outbox_oldest_event_age_seconds';

test('events are published in the order of their ids, and leave the outbox', async () => {
  await using fixture = await start();
  const ids = await fixture.commit(250);
  fixture.relay().start();
  await fixture.emptied();
  assert.deepEqual(fixture.published, ids);
});

test('what was committed without a word is found, too', async () => {
  await using fixture = await start();
  fixture.relay().start();
  const ids = await fixture.commit(3);
  await fixture.emptied();
  assert.deepEqual(fixture.published, ids);
});

test('a crash between publishing and removing publishes again, and loses nothing', async () => {
  await using fixture = await start();
  const ids = await fixture.commit(2);
  let crashes = 1;
  const relay = fixture.relay({
    ...fixture.outbox,
    async remove(published) {
      if (crashes-- > 0) throw new Error('killed');
      await fixture.outbox.remove(published);
    },
  });
  relay.start();
  await fixture.emptied();
  assert.deepEqual(fixture.published, [...ids, ...ids]);
});

test('two relays on one outbox leave nothing out', async () => {
  await using fixture = await start();
  const ids = await fixture.commit(300);
  fixture.relay().start();
  fixture.relay().start();
  await fixture.emptied();
  assert.deepEqual([...new Set(fixture.published)].toSorted(), ids);
});

test('an event that is not taken stays, with those behind it, and the metrics show it', async () => {
  await using fixture = await start();
  const [first = '', ...others] = await fixture.commit(3);
  fixture.refused.add(first);
  const relay = fixture.relay();
  relay.start();
  await until('the metrics show it', async () => (await fixture.oldestAge()) > 0 || undefined);
  assert.deepEqual(fixture.published, []);
  fixture.refused.clear();
  relay.wake();
  await fixture.emptied();
  assert.deepEqual(fixture.published, [first, ...others]);
  await until('the metrics are calm', async () => (await fixture.oldestAge()) === 0 || undefined);
});

test('a relay that stops publishes what was committed before', async () => {
  await using fixture = await start();
  const relay = fixture.relay();
  relay.start();
  const ids = await fixture.commit(120);
  await relay.stop();
  assert.deepEqual(fixture.published, ids);
});

test('a relay that stops while nothing is taken leaves the outbox to the next one', async () => {
  await using fixture = await start();
  const [id = ''] = await fixture.commit(1);
  fixture.refused.add(id);
  const relay = fixture.relay();
  relay.start();
  await relay.stop();
  fixture.refused.clear();
  fixture.relay().start();
  await fixture.emptied();
  assert.deepEqual(fixture.published, [id]);
});

test('a relay that was never started stops', async () => {
  await using fixture = await start();
  await fixture.relay().stop();
});

/** The outbox of a users database of its own, and a bus that refuses what it is told to. */
async function start() {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await freshDatabase('users'));
  const pool = createTestPool(url, 4);
  opening.defer(() => pool.end());
  const database = createDatabase(pool, quietRetries());
  opening.defer(() => database.$disconnect());

  const published: string[] = [];
  const refused = new Set<string>();
  const bus = createInProcessEventBus();
  bus.subscribe('test', async ({ id }) => {
    if (refused.has(id)) throw new Error('refused');
    published.push(id);
  });
  const outbox = createOutbox(database);
  const registry = new Registry();
  const stack = opening.move();

  return {
    outbox,
    published,
    refused,
    relay(from: Outbox = outbox) {
      registry.clear();
      const relay = createOutboxRelay({
        outbox: from,
        openPublisher: () => bus.openPublisher(),
        registry,
        logger,
      });
      stack.defer(() => relay.stop());
      return relay;
    },
    /** Ids of events written in one transaction, in order. */
    async commit(count: number): Promise<string[]> {
      const ids = Array.from({ length: count }, () => uuidv7());
      await pool.query(
        `INSERT INTO events (id, type, payload) SELECT id, 'test.happened', '{}' FROM unnest($1::uuid[]) AS id`,
        [ids],
      );
      return ids;
    },
    emptied: () =>
      until('the outbox is empty', async () => {
        const { rows } = await pool.query('SELECT FROM events');
        return rows.length === 0 || undefined;
      }),
    async oldestAge(): Promise<number> {
      const metric = await registry.getSingleMetric(gauge)?.get();
      return metric?.values[0]?.value ?? Number.NaN;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
