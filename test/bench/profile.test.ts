import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parse } from 'graphql';
import { createNodeClient } from '../../bench/load/node-client.ts';
import { ask } from '../../bench/measure/ask.ts';
import { attachProfiler } from '../../bench/profile/attach-profiler.ts';
import { listingsOf } from '../../bench/profile/listings.ts';
import { placeOf, sourceOf } from '../../bench/profile/place-of.ts';
import { profileLoad } from '../../bench/profile/profile-load.ts';
import { summariseProfile } from '../../bench/profile/summarise-profile.ts';
import { startConstant } from '../../bench/systems/constant.ts';
import { toGlobalId, uuidOf } from '../../platform/global-id.ts';

const root = join(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'bench-profile-'));
after(() => rm(folder, { recursive: true }));

/** What V8's profiler says of work in this process. */
async function record(work: () => unknown) {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    await work();
    return (await session.post('Profiler.stop')).profile;
  } finally {
    session.disconnect();
  }
}

/** As much CPU time as it takes, whatever else the machine does. */
function busyFor(ms: number, work: () => void): void {
  const begun = process.cpuUsage();
  while (process.cpuUsage(begun).user < ms * 1_000) for (let n = 0; n < 200; n += 1) work();
}

const uuid = '019a3cb6-bc00-7e5f-9885-ffac2c6b8425';
const document = `{ ${'user(id: "x") { name posts { nodes { title } } } '.repeat(20)} }`;
/** Calls itself, so that V8 makes it no part of its caller. */
const compiled = new Function('const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); return fib(12);');
const bytes = Buffer.alloc(20_000, 'and so on ');

/** Something of most places. */
const profile = await record(async () => {
  busyFor(400, () => void uuidOf('User', toGlobalId('User', uuid)));
  busyFor(150, () => void parse(document));
  busyFor(80, () => void compiled());
  busyFor(100, () => void gzipSync(bytes));
  // While another process works, there is nothing to do here.
  const busy = ['--eval', 'while (process.cpuUsage().user < 300_000);'];
  await once(spawn(process.execPath, busy, { stdio: 'ignore' }), 'exit');
});
const summary = summariseProfile(profile, root);

test('shares of busy time are those of the places that were busy, the largest first, and all of it', () => {
  const shareOf = (place: string) => summary.places.find(({ name }) => name === place)?.ofBusy ?? 0;
  for (const place of ['platform', 'graphql-js', 'code made at run time'])
    assert(shareOf(place) > 0.03, place);
  assert(shareOf('platform') > shareOf('code made at run time'));
  for (const shares of [summary.places, summary.functions]) {
    const all = shares.map(({ ofBusy }) => ofBusy);
    assert(Math.abs(all.reduce((sum, one) => sum + one, 0) - 1) < 1e-9);
    assert.deepEqual(
      all,
      all.toSorted((a, b) => b - a),
    );
  }
  assert(summary.busyMs >= 300, `${summary.busyMs} ms`);
});

test('time without anything to do is not busy', () => {
  const idle = profile.nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)');
  assert.equal(idle.length, 1, 'the profile has such time');
  const withIdleOnly = { ...profile, samples: profile.samples?.map(() => idle[0]?.id ?? 0) };
  const nothing = summariseProfile(withIdleOnly, root);
  assert.deepEqual(nothing, { busyMs: 0, places: [], functions: [] });
});

test('a function is one, whoever called it, and its source says where it is', () => {
  const names = summary.functions.map(({ name, source }) => `${name} ${source}`);
  assert.equal(new Set(names).size, names.length);
  const sources = summary.functions.map(({ source }) => source);
  assert(sources.some((source) => /^platform\/global-id\.ts:\d+$/.test(source)));
  assert(sources.some((source) => /^graphql\/language\/lexer\.(m?js):\d+$/.test(source)));
});

test('the line of a source is where the function begins', async () => {
  const lines = (await readFile(join(root, 'platform/global-id.ts'), 'utf8')).split('\n');
  const found = summary.functions.filter(({ source }) => source.startsWith('platform/global-id.ts:'));
  assert(found.length > 0);
  for (const { name, source } of found)
    assert.match(lines[Number(source.split(':')[1]) - 1] ?? '', new RegExp(`function ${name}\\b`));
});

test('every place has a name that says whose code it is', () => {
  const places: [url: string, place: string, scriptId?: string][] = [
    [`file://${root}/gateway/executor/fetch-step.ts`, 'gateway/executor'],
    [`file://${root}/gateway/http/fast/path.ts`, 'gateway/http'],
    [`file://${root}/gateway/gateway.ts`, 'gateway'],
    [`file://${root}/node_modules/pg-protocol/dist/parser.js`, 'pg'],
    [`${root}/node_modules/pgpass/index.js`, 'pgpass'],
    [`file://${root}/node_modules/@apollo/server/dist/index.js`, 'Apollo Server'],
    [`file://${root}/node_modules/ioredis/node_modules/denque/index.js`, 'ioredis'],
    [`file://${root}/node_modules/@scope/name/index.js`, '@scope/name'],
    ['node:_http_server', 'node:http'],
    ['node:internal/streams/writable', 'node:net, streams'],
    ['node:internal/process/task_queues', 'node:timers, promises, events'],
    ['node:internal/deps/undici/undici', 'undici'],
    ['node:buffer', 'the rest of Node'],
    ['wasm://wasm/34e99bd2', 'WebAssembly'],
    ['', 'code made at run time', '7'],
    ['', 'native functions called by JavaScript', '0'],
  ];
  for (const [url, place, scriptId = '7'] of places) {
    const frame = { functionName: 'f', scriptId, url, lineNumber: 0, columnNumber: 0 };
    assert.equal(placeOf(frame, root), place);
    assert.doesNotMatch(sourceOf(frame, root), /node_modules|^\//);
  }
});

test('a listing has CPU time where there is any, and what takes next to nothing in one line', () => {
  const share = (name: string, ofBusy: number) => ({ name, ofBusy });
  const places = [share('platform', 0.992), share('pg', 0.004), share('pino', 0.004)];
  const functions = Array.from({ length: 20 }, (_, n) => ({ ...share(`f${n}`, 0.05), source: 'a.ts:1' }));
  const [byPlace, byFunction] = listingsOf('ours', { busyMs: 1, places, functions }, 0.5);
  assert.deepEqual(byPlace?.lines, [
    ['platform', '99.2 %', '0.4960'],
    ['2 others', '0.8 %', '0.0040'],
  ]);
  assert.equal(byFunction?.lines.length, 15);
  assert.deepEqual(byFunction?.lines[0], ['`f0` a.ts:1', '5.0 %', '0.0250']);
  const [without] = listingsOf('ours', { busyMs: 1, places, functions }, undefined);
  assert.deepEqual(without?.lines[0], ['platform', '99.2 %', '']);
});

test('another process is profiled while it works, and goes on when nobody looks any longer', {
  skip: process.platform === 'win32' && 'there are no signals here',
}, async () => {
  const { signal } = new AbortController();
  const answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: Buffer.from('hello') };
  await using system = await startConstant({ id: 'constant', name: 'constant', answer, folder, signal });
  const request = { url: system.url, method: 'GET', headers: {}, body: '' };
  {
    const pid = system.processes.server ?? 0;
    await using profiler = await attachProfiler({ name: 'constant', pid, folder });
    const load = createNodeClient(folder);
    const options = { connections: 8, seconds: 1, signal };
    const found = await profileLoad(new Map([['server', profiler]]), request, load, options, root);
    const places = found.get('server')?.places.map(({ name }) => name) ?? [];
    for (const place of ['node:http', 'node:net, streams', 'bench/systems'])
      assert(places.includes(place), place);
    assert(!places.includes('gateway/executor'));
  }
  assert.equal((await ask(request)).body.toString(), 'hello');
});
