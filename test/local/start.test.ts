import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

/** `npm start`, as a process of its own: what it prints, what it answers, what it leaves behind. */

const root = join(import.meta.dirname, '../..');
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-local-'));
  // As root PostgreSQL runs as somebody else; it would keep its data in /var/tmp if it couldn't get in here.
  await chmod(folder, 0o711);
});
const running = new Set<Run>();
after(async () => {
  // Of a test that failed half-way.
  for (const run of running) await run.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

const freePorts = {
  PORT: '0',
  ADMIN_PORT: '0',
  USERS_PORT: '0',
  USERS_ADMIN_PORT: '0',
  POSTS_PORT: '0',
  POSTS_ADMIN_PORT: '0',
  POSTGRES_PORT: '0',
};

interface Run {
  /** Everything it has printed. */
  output(): string;
  /** Resolves when it printed something that matches; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly exit: Promise<number | null>;
}

function start(
  environment: NodeJS.ProcessEnv,
  [command, ...args]: readonly [string, ...string[]] = [process.execPath],
): Run {
  const child: ChildProcess = spawn(command, [...args, 'local/main.ts'], {
    cwd: root,
    env: { ...process.env, REDIS_URL: '', ...freePorts, LOCAL_FOLDER: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exit = once(child, 'exit').then(([code]) => {
    running.delete(run);
    return code as number | null;
  });
  const run: Run = {
    output: () => output,
    exit,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (chunk?: Buffer) => {
          output += chunk ?? '';
          const match = output.match(pattern);
          if (match !== null) resolve(match);
        };
        child.stdout?.on('data', look);
        child.stderr?.on('data', look);
        void exit.then(() => reject(new Error(`It ended before it printed ${pattern}:\n${output}`)));
      }),
    end: (signal) => {
      child.kill(signal);
      return exit;
    },
  };
  running.add(run);
  return run;
}

async function example(url: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: await readFile(join(root, 'local/example.graphql'), 'utf8') }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the answer is asserted on, field by field.
  return (await response.json()) as any;
}

const gatewayLine = /Gateway +(http:\S+)/;
const runs = /Ctrl-C stops everything/;

test('it starts on an empty folder, answers its example, stops on Ctrl-C, and keeps the data', async () => {
  const first = start({});
  await first.printed(runs);
  const summary = first.output();
  for (const name of [
    'Gateway',
    'Sandbox',
    'users subgraph',
    'posts subgraph',
    'users database',
    'posts database',
    'Shared store',
  ])
    assert.match(summary, new RegExp(`^  ${name} `, 'm'));
  const url = summary.match(gatewayLine)?.[1] ?? '';

  const answer = await example(url);
  assert.equal(answer.errors, undefined);
  assert.equal(answer.data.user.name, 'Ada Lovelace');
  assert.equal(answer.data.user.posts.nodes.length, 3);
  // What it tells people to paste works as it is, quotes included.
  const command = summary.match(/curl [\s\S]*?\n {4}-d .*$/m)?.[0] ?? '';
  const pasted = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(pasted.stdout), answer);

  assert.equal(await first.end('SIGINT'), 0);
  assert.match(first.output(), /Stopped\.\n$/);

  const second = start({ SEED_POSTS: '1' });
  const [, again = ''] = await second.printed(gatewayLine);
  assert.deepEqual(await example(again), answer);
  assert.equal(await second.end('SIGTERM'), 0);
});

test('a port that is taken is named, with the variable that moves it, before anything is started', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  assert(address !== null && typeof address === 'object');
  const run = start({ USERS_PORT: String(address.port) });
  await run.printed(new RegExp(`Port ${address.port}, for the users subgraph, is taken.*set USERS_PORT`));
  assert.equal(await run.exit, 1);
  other.close();
});

test('wrong variables are named together', async () => {
  const run = start({ PORT: 'http', USERS_DATABASE_URL: 'mysql://localhost' });
  await run.printed(/PORT: [\s\S]*USERS_DATABASE_URL: /);
  assert.equal(await run.exit, 1);
});

/** A network of its own, with nothing but a loopback interface. Needs the right to make one. */
const closedNetwork = [
  'unshare',
  '--net',
  'sh',
  '-c',
  'ip link set lo up && exec "$@"',
  'sh',
  process.execPath,
] as const;
const canCloseNetwork = spawnSync('unshare', ['--net', 'sh', '-c', 'ip link set lo up']).status === 0;

test('it starts where there is no network at all', {
  skip: canCloseNetwork ? false : 'needs unshare --net and ip (root on Linux)',
}, async () => {
  const run = start({ LOCAL_FOLDER: join(folder, 'closed') }, closedNetwork);
  await run.printed(runs);
  assert.equal(await run.end('SIGTERM'), 0);
});
