import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from '../../bench/measure/rounds.ts';
import { bootAims } from '../../bench/questions/boot/aims.ts';
import { herdAims } from '../../bench/questions/herd/aims.ts';
import { guildAims, plainAims } from '../../bench/questions/shop/aims.ts';
import type { Aim, Row } from '../../bench/report/report.ts';

/** What questions make of their figures. */
function row(id: string, sample: Partial<Sample>): Row {
  const nothing = { requestsPerSecond: 1, p50Ms: 1, p99Ms: 1, cpuMs: {}, counters: {}, figures: {} };
  return { id, name: `the ${id}`, samples: [{ ...nothing, ...sample }] };
}

function table(rows: readonly Row[]) {
  return { id: 'x', title: 'x', against: 'stock', clients: 64, rows };
}

function measured(aims: readonly Aim[]): [what: string, measured: number, bounds: string][] {
  return aims.map(({ what, measured: ratio, better, must, stretch }) => [
    what,
    Number(ratio.toFixed(3)),
    `${better} ${must} ${stretch}`,
  ]);
}

const gateway = (server: number, peakMb: number, sent = 10) => ({
  cpuMs: { server, subgraphs: 100 },
  counters: { fetches: 4, representations: sent, 'distinct ones': 10 },
  figures: { 'peak MB': peakMb },
});
const rows = [
  row('ours', gateway(2, 150)),
  row('ours-sharing', gateway(0.5, 200)),
  row('stock', gateway(10, 400, 50)),
  row('hive', gateway(20, 500)),
];

test('the aims of guild are requests for each CPU second of the gateway, its memory, and what it repeats', () => {
  assert.deepEqual(measured(guildAims([table(rows)])), [
    ['requests per CPU second of the gateway, sharing off, of stock; x', 5, 'more 5 10'],
    ['requests per CPU second of the gateway, sharing on, of stock; x', 20, 'more 17 40'],
    ['peak memory, sharing off, of hive; x', 0.3, 'less 0.5 0.3'],
    ['peak memory, sharing on, of hive; x', 0.4, 'less 0.5 0.3'],
    ['representations sent, of distinct ones in the same fetch; x', 1, 'less 1 1'],
  ]);
});

test('the aims of plain are CPU time of the gateway, its memory, and what it repeats', () => {
  assert.deepEqual(measured(plainAims([table(rows)])), [
    ['CPU of the gateway, of stock; x', 0.2, 'less 0.25 0.15'],
    ['CPU of the gateway, of hive; x', 0.1, 'less 0.2 0.1'],
    ['peak memory, sharing off, of hive; x', 0.3, 'less 0.5 0.3'],
    ['representations sent, of distinct ones in the same fetch; x', 1, 'less 1 1'],
  ]);
});

test('the aims of herds are one execution, and a p99 near what one request takes', () => {
  const herd = (p99Ms: number, executions: number) => ({
    p99Ms,
    figures: { 'alone ms': 5, executions },
  });
  const aims = herdAims([table([row('ours', herd(10, 1)), row('stock', herd(500, 200))])]);
  assert.deepEqual(measured(aims), [
    ['executions; x', 1, 'less 1 1'],
    ['p99, of one request; x', 2, 'less undefined 1.3'],
  ]);
});

test('the aim of a boot is the first request, of later ones, in all of our ways', () => {
  const boot = (ratio: number) => ({ figures: { 'first / p50': ratio } });
  const aims = bootAims([row('ours', boot(20)), row('ours-warmed', boot(1.5)), row('stock', boot(30))]);
  assert.deepEqual(measured(aims), [
    ['first request after boot, of later ones; the ours', 20, 'less 2 1.3'],
    ['first request after boot, of later ones; the ours-warmed', 1.5, 'less 2 1.3'],
  ]);
});

test('aims whose systems were left out, or whose figures this machine does not have, are left out', () => {
  const [ours, , stock] = rows;
  assert(ours && stock);
  assert.deepEqual(
    guildAims([table([ours])]).map(({ what }) => what),
    ['representations sent, of distinct ones in the same fetch; x'],
  );
  assert.deepEqual(guildAims([table([stock])]), []);
  assert.deepEqual(plainAims([table([row('ours', {}), row('stock', {}), row('hive', {})])]), []);
  assert.deepEqual(herdAims([table([stock])]), []);
});
