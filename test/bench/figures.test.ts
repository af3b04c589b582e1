import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { cpuTimeMs, parseCpuTimeMs } from '../../bench/measure/cpu-time.ts';
import { parsePeakMemoryMb, peakMemoryMb } from '../../bench/measure/peak-memory.ts';
import type { Sample } from '../../bench/measure/rounds.ts';
import { median, percentile, rotate } from '../../bench/measure/statistics.ts';
import { deepPagingAims } from '../../bench/questions/deep-paging/aims.ts';
import { entitiesAims } from '../../bench/questions/entities/aims.ts';
import { growthAims } from '../../bench/questions/growth/aims.ts';
import { growthAim, hitAims } from '../../bench/questions/hits/aims.ts';
import { uniqueAims } from '../../bench/questions/unique/aims.ts';
import { toMarkdown } from '../../bench/report/markdown.ts';
import { type Aim, type Report, reached, type Table } from '../../bench/report/report.ts';
import type { Run } from '../../bench/report/run.ts';
import { summarise } from '../../bench/report/summarise.ts';
import { withCounters } from '../../bench/report/with-counters.ts';

function sample(requestsPerSecond: number, server = 1): Sample {
  return {
    requestsPerSecond,
    p50Ms: 1,
    p99Ms: 2,
    cpuMs: { server },
    counters: { 'Redis GETs': 1 },
    figures: { 'peak MB': 100 },
  };
}

function table(id: string, rates: Record<string, [rate: number, cpuMs: number]>): Table {
  const rows = Object.entries(rates).map(([system, [rate, cpuMs]]) => ({
    id: system,
    name: `the ${system}`,
    samples: [sample(rate, cpuMs)],
  }));
  return { id, title: id, against: 'bare', rows };
}

test('the median is the value in the middle, or between the two there', () => {
  assert.equal(median([3, 100, 1]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([10, 9]), 9.5);
  assert.throws(() => median([]), RangeError);
});

test('a percentile is the lowest value that enough of them are not above', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map((share) => percentile(values, share)),
    [1, 100, 198, 200],
  );
  assert.throws(() => percentile([], 0.5), RangeError);
});

test('each round begins with another system', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join('')),
    ['abc', 'bca', 'cab', 'abc'],
  );
  assert.deepEqual(rotate([], 1), []);
});

test('every figure of a system is the median of its own samples', () => {
  const samples = [sample(100, 3), sample(300, 1), sample(200, 2)];
  assert.deepEqual(summarise(samples), sample(200, 2));
});

test('of peaks, the highest counts', () => {
  const samples = [100, 300, 200].map((peak) => ({
    ...sample(1),
    figures: { 'peak MB': peak, 'first ms': peak },
  }));
  assert.deepEqual(summarise(samples).figures, { 'peak MB': 300, 'first ms': 200 });
});

test('peak memory is the high water mark of what a process has held', () => {
  const status = 'Name:\ta b\nVmPeak:\t 999999 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n';
  assert.equal(parsePeakMemoryMb(status), 200);
  assert.equal(parsePeakMemoryMb('Name:\tz\nState:\tZ (zombie)\n'), undefined);
});

test('the peak memory of this process stays when it lets go', {
  skip: process.platform !== 'linux' && 'there is no /proc here',
}, async () => {
  const before = await peakMemoryMb(process.pid);
  Buffer.alloc(200 * 1024 * 1024, 1);
  const after = await peakMemoryMb(process.pid);
  assert(before !== undefined && after !== undefined);
  assert(after - before >= 100, `${after - before} MB`);
});

test('CPU time is user and system time, that of children that have ended included, whatever the program is called', () => {
  const stat = '42 (a b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 25 7 8 20 0 11 0 1234 5 6';
  assert.equal(parseCpuTimeMs(stat), 1_900);
});

test('the CPU time of this process grows with its work', {
  skip: process.platform !== 'linux' && 'there is no /proc here',
}, async () => {
  const before = await cpuTimeMs(process.pid);
  const used = process.cpuUsage();
  // As much work as it takes, not as much time: the machine may be busy.
  while (process.cpuUsage(used).user < 200_000);
  const after = await cpuTimeMs(process.pid);
  assert(before !== undefined && after !== undefined);
  assert(after - before >= 150, `${after - before} ms`);
});

test('the CPU time of a process has that of its children', {
  skip: process.platform !== 'linux' && 'there is no /proc here',
}, async () => {
  const own = process.cpuUsage();
  const before = await cpuTimeMs(process.pid);
  // It works as long as the test needs it, and no longer.
  const child = spawn(process.execPath, [
    '--eval',
    'while (process.cpuUsage().user < 300_000); console.log()',
  ]);
  const idle = await text(child.stdout);
  const after = await cpuTimeMs(process.pid);
  const { user, system } = process.cpuUsage(own);
  assert.equal(idle, '\n');
  assert(before !== undefined && after !== undefined);
  assert(after - before - (user + system) / 1_000 >= 250, `${after - before} ms`);
});

test('an aim is reached on its good side, bounds included', () => {
  const more: Aim = { what: 'x', measured: 0, must: 0.75, stretch: 0.9, better: 'more' };
  const less: Aim = { what: 'x', measured: 0, must: 2, stretch: 1, better: 'less' };
  const outcomes = (aim: Aim, ...figures: number[]) =>
    figures.map((measured) => reached({ ...aim, measured }));
  assert.deepEqual(outcomes(more, 0.74, 0.75, 0.89, 0.9), ['no', 'must', 'must', 'stretch']);
  assert.deepEqual(outcomes(less, 2.01, 2, 1.01, 1), ['no', 'must', 'must', 'stretch']);
  assert.equal(reached({ ...more, measured: Number.NaN }), 'no');
  const { must: _none, ...open } = less;
  assert.deepEqual(outcomes(open, 9, 1), ['not-stretch', 'stretch']);
  assert.deepEqual(outcomes({ what: 'x', measured: 0, better: 'less' }, 9, 1), ['unasked', 'unasked']);
});

test('the aims of hits are ratios of systems that were asked the same', () => {
  const aims = hitAims([
    table('1KB', {
      bare: [40, 0.02],
      'bare-get': [20, 0.03],
      l1: [30, 0.05],
      l2: [15, 0.1],
      stock: [3, 0.5],
    }),
    table('100KB', { bare: [10, 0.12], l1: [9, 0.1] }),
  ]);
  const measured = aims.map((aim) => [aim.what, Number(aim.measured.toFixed(3))]);
  assert.deepEqual(measured, [
    ['requests/s in memory, of bare, 1KB', 0.75],
    ['requests/s in memory, of bare, 100KB', 0.9],
    ['requests/s in memory, of stock, 1KB', 10],
    ['requests/s in Redis, of bare + GET, 1KB', 0.75],
  ]);
  assert.equal(aims[0]?.byCpu, 0.02 / 0.05);
});

test('figures with misses among them say so', () => {
  const { rows, ...about } = table('1KB', { bare: [40, 0.02], l1: [30, 0.05] });
  const withMisses = rows.map((row) => ({
    ...row,
    samples: row.samples.map((one) => ({ ...one, counters: { 'subgraph calls': 0.2 } })),
  }));
  const [aim] = hitAims([{ ...about, rows: withMisses }]);
  assert.equal(aim?.what, 'requests/s in memory, of bare, 1KB (not all of them were hits)');
});

test('growth is what the larger answer costs us more, of what it costs the bare server more', () => {
  const grown = (l1: number) =>
    growthAim(
      table('growth', {
        'bare/1KB': [40, 0.02],
        'l1/1KB': [30, 0.05],
        'bare/100KB': [10, 0.12],
        'l1/100KB': [9, l1],
      }),
    ).map(({ measured }) => Number(measured.toFixed(3)));
  assert.deepEqual(grown(0.1), [0.5]);
  assert.deepEqual(grown(0.04), [], 'a larger answer that looks cheaper says nothing');
});

test('the aims of unique are ratios of CPU time of the gateway and of all processes, and of requests/s', () => {
  const cpu = (server: number, PostgreSQL: number) => ({ server, PostgreSQL });
  const row = (id: string, cpuMs: Record<string, number>, rate: number) => ({
    id,
    name: id,
    samples: [{ ...sample(rate), cpuMs }],
  });
  const rows = [
    row('ours-compiled', cpu(1, 2), 80),
    row('stock', cpu(4, 8), 10),
    row('stock-system', cpu(4, 16), 5),
    row('join', cpu(0.5, 1), 100),
  ];
  const aimsFor = (clients: number) =>
    uniqueAims([{ id: 'x', title: 'x', against: 'join', clients, rows }]).map(
      ({ what, measured, must, better }) => [what, measured, must, better],
    );
  assert.deepEqual(aimsFor(32), [
    ['CPU of the gateway, of stock over our subgraphs; x', 0.25, 0.25, 'less'],
    ['CPU of all processes, of stock over stock subgraphs; x', 0.15, 0.12, 'less'],
    ['CPU of all processes, of stock over our subgraphs; x', 0.25, undefined, 'less'],
    ['CPU of all processes, of join; x', 2, 2, 'less'],
    ['requests/s, of stock over stock subgraphs; x', 16, 8, 'more'],
    ['requests/s, of stock over our subgraphs; x', 8, undefined, 'more'],
  ]);
  assert.deepEqual(aimsFor(1)[3], ['CPU of all processes, of join; x', 2, 5, 'less']);
});

test('without figures there are no aims', () => {
  assert.deepEqual(hitAims([table('1KB', { l1: [1, 1] })]), []);
});

test('the report has CPU time first, ratios to the floor, and says what is not reached', () => {
  const run: Run = {
    date: '2026-11-01T00:00Z',
    revision: 'abc1234',
    command: 'npm run bench -- hits',
    machine: 'a machine',
    node: 'v24.0.0',
    load: 'wrk',
    loadAverage: ['0.0', '2.0'],
    options: { rounds: 3, seconds: 2, clients: [32] },
  };
  const report: Report = {
    title: 'Hits',
    tables: [table('1KB', { bare: [40_000, 0.02], l1: [10_000, 0.08] })],
    aims: [
      { what: 'half of it', measured: 0.25, byCpu: 0.3, must: 0.5, stretch: 0.9, better: 'more' },
      { what: 'something else', measured: 0.5, better: 'less' },
    ],
  };
  const lines = toMarkdown(report, run).split('\n');
  assert(
    lines.includes(
      '| System | CPU ms: server | requests/s | x the bare | p50 ms | p99 ms | Redis GETs | peak MB |',
    ),
  );
  assert(lines.includes('| the l1 | 0.0800 | 10000 | 0.25 | 1.00 | 2.00 | 1.00 | 100.0 |'));
  const plots = lines.slice(lines.indexOf('```text') + 1, lines.lastIndexOf('```'));
  assert.deepEqual(plots, [
    'CPU ms of a request, all processes',
    `the bare  ${'█'.repeat(10)} 0.0200`,
    `the l1    ${'█'.repeat(40)} 0.0800`,
    '',
    'requests/s',
    `the bare  ${'█'.repeat(40)} 40000`,
    `the l1    ${'█'.repeat(10)} 10000`,
  ]);
  assert(lines.includes('| half of it | 0.25x | >= 0.5x | >= 0.9x | **no** | 0.30x |'));
  assert(lines.includes('| something else | 0.50x |  |  |  |  |'));
});

/** Rows with a time and CPU time of their own. */
function timed(...rows: (readonly [id: string, p50Ms: number, cpuMs: number])[]): Table {
  const samples = rows.map(([id, p50Ms, cpu]) => ({
    id,
    name: id,
    samples: [{ ...sample(1, cpu), p50Ms }],
  }));
  return { id: 'x', title: 'x', against: '', rows: samples };
}

test('the aim of deep paging is what the far page takes, of the near one', () => {
  const aims = deepPagingAims([timed(['ours/1', 2, 3], ['ours/10000', 2.5, 3.3], ['stock/1', 9, 9])]);
  assert.deepEqual(
    aims.map((aim) => [aim.measured, aim.byCpu?.toFixed(2), reached(aim)]),
    [[1.25, '1.10', 'no']],
  );
});

test('the aim of growth is what many posts take, of few', () => {
  const aims = growthAims([timed(['10000', 2, 3], ['10000000', 2.6, 3.3]), timed(['10000', 2, 3])]);
  assert.deepEqual(
    aims.map((aim) => [aim.measured, aim.byCpu?.toFixed(2), reached(aim)]),
    [[1.3, '1.10', 'must']],
  );
});

test('what gateways send is among their counters, and ours is held to sending nothing twice', () => {
  const sent = new Map([
    ['ours', { representations: 10, 'distinct ones': 10 }],
    ['stock', { representations: 100, 'distinct ones': 10 }],
  ]);
  const { rows } = withCounters(timed(['ours', 1, 1], ['stock', 1, 1], ['sql', 1, 1]), sent);
  assert.deepEqual(
    rows.map(({ samples: [only] }) => only?.counters),
    [
      { 'Redis GETs': 1, representations: 10, 'distinct ones': 10 },
      { 'Redis GETs': 1, representations: 100, 'distinct ones': 10 },
      { 'Redis GETs': 1 },
    ],
  );
  assert.deepEqual(entitiesAims(sent).map(reached), ['stretch']);
  assert.deepEqual(
    entitiesAims(new Map([['ours', { representations: 11, 'distinct ones': 10 }]])).map(reached),
    ['no'],
  );
  assert.deepEqual(entitiesAims(new Map()), []);
});
