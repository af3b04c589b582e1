import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { mixedOperations } from '../../bench/questions/mixed/requests.ts';
import { countStale } from '../../bench/questions/mixed/staleness.ts';
import { createZipf } from '../../bench/questions/mixed/zipf.ts';
import { requireWritten } from '../../bench/questions/mutations.ts';
import { postRequests } from '../../bench/questions/post-requests.ts';
import type { Table } from '../../bench/report/report.ts';
import type { System } from '../../bench/systems/system.ts';
import { createRandom } from '../../prisma/seed/random.ts';

test('the n-th of ranks comes up an n-th as often as the first', () => {
  const ranks = 1_000;
  const picks = 200_000;
  const pick = createZipf(ranks, createRandom('zipf'));
  const times = new Array<number>(ranks).fill(0);
  for (let n = 0; n < picks; n += 1) {
    const rank = pick();
    times[rank] = (times[rank] ?? 0) + 1;
  }
  const harmonic = Array.from({ length: ranks }, (_, rank) => 1 / (rank + 1)).reduce((a, b) => a + b);
  for (const rank of [0, 1, 9, 99]) {
    const expected = picks / harmonic / (rank + 1);
    assert(Math.abs((times[rank] ?? 0) / expected - 1) < 0.2, `rank ${rank}: ${times[rank]} of ${expected}`);
  }
  assert.equal(
    times.reduce((a, b) => a + b),
    picks,
    'none is out of bounds',
  );
  assert.equal(createZipf(1, { ...createRandom('one'), next: () => 1 - Number.EPSILON })(), 0);
});

test('of mixed requests one in twenty writes, and every run sends the same', () => {
  const operations = mixedOperations(['a', 'b', 'c']);
  const writes = operations.filter((operation) => JSON.stringify(operation).includes('mutation'));
  assert(Math.abs(writes.length / operations.length - 0.05) < 0.005, `${writes.length}`);
  assert.deepEqual(mixedOperations(['a', 'b', 'c']), operations);
});

test('an answer is stale that differs from what a system without a cache says', async () => {
  await using serving = new AsyncDisposableStack();
  const serve = async (answer: (body: string) => string): Promise<System> => {
    const server = createServer(async (request, response) => response.end(answer(await text(request))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    serving.defer(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { id: 'x', name: 'x', url: `http://127.0.0.1:${port}`, processes: {}, isHit: () => false };
  };
  const truth = await serve((body) => `${body} is so`);
  const forgetful = await serve((body) => (body.includes('2') ? 'was so' : `${body} is so`));
  const requests = postRequests([{ n: 1 }, { n: 2 }, { n: 22 }]);
  assert.equal(await countStale(forgetful, truth, requests), 2);
  assert.equal(await countStale(truth, truth, requests), 0);
});

test('figures of mutations that wrote nothing are refused', () => {
  const table = (written: number): Table => {
    const counters = { 'rows written': written };
    const samples = [{ requestsPerSecond: 1, p50Ms: 1, p99Ms: 1, cpuMs: {}, counters, figures: {} }];
    return { id: 'like', title: 'like a post', against: '', rows: [{ id: 'ours', name: 'ours', samples }] };
  };
  requireWritten(table(1));
  assert.throws(() => requireWritten(table(0.2)), /^Error: like a post: ours wrote 0.2 rows a request$/);
});
