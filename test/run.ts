import { once } from 'node:events';
import { access, glob, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../local/embedded-postgres.ts';
import { createTemplates, postgresUrlVariable } from './support/databases.ts';
import {
  redisUrlVariable,
  runFolderVariable,
  withoutRedisReason,
  withoutRedisVariable,
} from './support/redis.ts';
import { redisServerVariable, requireRedisServer, useRedisServer } from './support/redis-server.ts';
import {
  createRunFolder,
  postgresFolder,
  removeAbandonedRunFolders,
  removeRunFolder,
} from './support/run-folder.ts';

/**
 * Runs the tests on servers of their own: `node test/run.ts [file ...] [--without-redis]`. Starts one PostgreSQL for the
 * run (in a temporary folder, without fsync), migrates a template of each database, and runs every test file in a
 * process of its own. What was started is stopped, however the run ends. `TEST_REDIS_SERVER=/usr/bin/valkey-server` runs
 * them on another server than the `redis-server` of the PATH.
 */
const testTimeoutMs = 120_000;
const patienceMs = 5_000;

/** Begun first, or the run would end with one core waiting for the other. */
const longest = [
  'tags/agreement-posts.test.ts',
  'cache/model.test.ts',
  'story/oracle.test.ts',
  'docs/adding-a-subgraph.test.ts',
];

/** Nothing here has to survive a power cut, and tests look up which statements ran. */
const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
  max_connections: '300',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_utility': 'off',
};

try {
  // Not process.exitCode: a process that a killed test left behind may hold a stream of this one open.
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function main(): Promise<boolean> {
  const { files, withoutRedis } = await readArguments();
  if (withoutRedis) process.env[withoutRedisVariable] = 'true';
  const redisServer = process.env[redisServerVariable];
  if (!withoutRedis && !redisServer && !process.env[redisUrlVariable]) await requireRedisServer(say);

  // Before anything is started: a Ctrl-C from here on ends in the cleaning up below. Further ones change nothing.
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

  await removeAbandonedRunFolders();
  const folder = await createRunFolder();
  process.env[runFolderVariable] = folder;
  let postgres: EmbeddedPostgres | undefined;
  try {
    if (redisServer) await useRedisServer(redisServer, folder);
    postgres = await startEmbeddedPostgres({
      folder: postgresFolder(folder),
      port: 0,
      settings: fastSettings,
    });
    process.env[postgresUrlVariable] = postgres.url('postgres');
    await createTemplates();
    return await runFiles(files, interrupted.signal);
  } finally {
    await postgres?.stop();
    if (postgres) await rm(postgres.folder, { recursive: true, force: true });
    await removeRunFolder(folder);
  }
}

async function readArguments(): Promise<{ files: string[]; withoutRedis: boolean }> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'without-redis': { type: 'boolean', default: false } },
  });
  const withoutRedis = values['without-redis'];
  if (withoutRedis && process.env.CI) throw new Error('--without-redis leaves tests out, which CI must not.');
  const files = positionals.length > 0 ? positionals : await allTests();
  for (const file of files) await access(file);
  return { files: files.map((file) => resolve(file)), withoutRedis };
}

async function allTests(): Promise<string[]> {
  const files = new Set(longest);
  const found: string[] = [];
  for await (const file of glob('**/*.test.ts', { cwd: import.meta.dirname })) found.push(file);
  for (const file of found.sort()) files.add(file);
  return [...files].map((file) => join(import.meta.dirname, file));
}

async function runFiles(files: string[], signal: AbortSignal): Promise<boolean> {
  const events = run({ files, signal, concurrency: availableParallelism(), timeout: testTimeoutMs });
  let success = false;
  const notRun: string[] = [];
  events.on('test:summary', (summary) => {
    // Every file has a summary, too; the run's own names none.
    if (summary.file === undefined) success = summary.success;
  });
  events.on('test:pass', ({ skip, name, file }) => {
    if (skip === withoutRedisReason) notRun.push(`  ${relative('.', file ?? '')}: ${name}`);
  });
  const report = events.compose(spec);
  report.pipe(process.stdout, { end: false });
  // A test file that was killed may leave a process behind that holds its output open: no reason to wait for ever.
  const patience = once(signal, 'abort').then(() => setTimeout(patienceMs));
  await Promise.race([finished(report), patience]);
  if (notRun.length > 0) say(`Not run, because they need Redis:\n${notRun.sort().join('\n')}`);
  return success && !signal.aborted;
}

function say(message: string): void {
  process.stdout.write(`${message}\n`);
}
