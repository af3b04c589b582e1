import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { freshDatabase } from '../support/databases.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { startSupergraphProcesses } from '../support/service-processes.ts';
import { root } from './house-files.ts';

/** Our processes connect to what is configured, and to nothing else, whatever the libraries in them would like. */

const watcher = import.meta.resolve('./support/watch-connections.ts');

/** What somebody has set who uses Apollo's services for something else, from the same environment. */
const apolloStudio = {
  APOLLO_KEY: 'service:elsewhere:0123456789abcdef',
  APOLLO_GRAPH_REF: 'elsewhere@current',
};

async function temporaryFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connections-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The distinct ways out in a file of the watcher. */
async function waysIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return [...new Set(text.split('\n').filter((line) => line !== ''))].sort();
}

test('from start to stop, nobody connects to anything but what is configured', {
  skip: withoutRedis,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await temporaryFolder(stack);
  const usersDatabase = stack.use(await freshDatabase('users'));
  const postsDatabase = stack.use(await freshDatabase('posts'));
  const redis = stack.use(await freshRedis());
  const fileOf = (service: string) => join(folder, service);
  const { users, posts, gateway } = await startSupergraphProcesses(
    {
      usersDatabase,
      postsDatabase,
      redisUrl: redis.url,
      environment: (service) => ({
        NODE_OPTIONS: `--import ${watcher}`,
        WATCHED_CONNECTIONS: fileOf(service),
        ...apolloStudio,
      }),
    },
    stack,
  );

  let token = '';
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's.
    const { data, errors } = (await response.json()) as any;
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  };
  const account = { username: 'ada', email: 'ada@example.com', password: 'correct horse battery' };
  const { signUp } = await ask(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { session { accessToken } } }',
    { input: account },
  );
  token = signUp.session.accessToken;
  const { createPost } = await ask(
    'mutation { createPost(input: { title: "T", body: "B" }) { post { id author { name } } } }',
  );
  await ask('mutation ($id: ID!) { publishPost(input: { id: $id }) { post { id } } }', {
    id: createPost.post.id,
  });
  const { posts: listed } = await ask('{ posts { nodes { title author { name feed { nodes { id } } } } } }');
  assert.equal(listed.nodes[0].author.name, 'ada');
  await ask('mutation { deleteAccount(input: { password: "correct horse battery" }) { deletedUserId } }');

  for (const service of [gateway, users, posts]) {
    service.kill('SIGTERM');
    assert.equal(await service.exit, 0);
  }

  const { host } = new URL(usersDatabase.url);
  const { host: redisHost, pathname } = new URL(redis.url);
  const redisWay = redisHost === '' ? pathname : redisHost;
  const configured = {
    // In production it asks itself before it is ready, and a subgraph of its own.
    gateway: [new URL(users.url).host, new URL(posts.url).host, redisWay, 'itself'],
    users: [host, redisWay],
    posts: [host, redisWay],
  };
  // Equal, not just no more: that what is used was seen shows that the watcher looks.
  for (const [service, ways] of Object.entries(configured))
    assert.deepEqual(await waysIn(fileOf(service)), ways.sort(), service);
});

test('npm start leaves the machine for nothing', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await temporaryFolder(stack);
  // As root PostgreSQL runs as somebody else, who has to get in here.
  await chmod(folder, 0o711);
  const file = join(folder, 'ways');
  const ports = ['', 'ADMIN_', 'USERS_', 'USERS_ADMIN_', 'POSTS_', 'POSTS_ADMIN_', 'POSTGRES_'];
  const child = spawn(process.execPath, ['--import', watcher, 'local/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ...Object.fromEntries(ports.map((prefix) => [`${prefix}PORT`, '0'])),
      LOCAL_FOLDER: join(folder, 'local'),
      WATCHED_CONNECTIONS: file,
      ...apolloStudio,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stack.defer(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) if (line.includes('Ctrl-C')) child.kill('SIGTERM');
  assert.equal((await ended)[0], 0);
  const ways = await waysIn(file);
  assert(ways.some((way) => way.startsWith('127.0.0.1:')));
  // Programs are PostgreSQL's and Redis'; names and addresses are this machine's.
  const outside = ways.filter(
    (way) => !/^(program \/|program redis-server$|\/|(127\.0\.0\.1|localhost):|name localhost$)/.test(way),
  );
  assert.deepEqual(outside, []);
});

test('the watcher sees every way out', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await temporaryFolder(stack);
  const program = join(folder, 'program.mjs');
  await writeFile(
    program,
    `import { execFile, spawnSync } from 'node:child_process';
     import { createSocket } from 'node:dgram';
     import { lookup, promises, Resolver } from 'node:dns';
     import http from 'node:http';
     import { connect } from 'node:net';
     import tls from 'node:tls';
     const quiet = (emitter) => emitter.on('error', () => {});
     await fetch('http://127.0.0.1:65533').catch(() => {});
     quiet(http.get('http://127.0.0.1:2'));
     quiet(tls.connect(3, '127.0.0.1'));
     quiet(connect('/nowhere'));
     quiet(connect(4));
     lookup('lookup.invalid', () => {});
     await promises.resolve4('resolve.invalid').catch(() => {});
     const resolver = new Resolver({ timeout: 1, tries: 1 });
     resolver.setServers(['127.0.0.1:1']);
     resolver.resolveTxt('txt.invalid', () => {});
     const socket = createSocket('udp4');
     socket.send('ping', 5, '127.0.0.1', () => socket.close());
     execFile('true');
     spawnSync('true');`,
  );
  const file = join(folder, 'ways');
  execFileSync(process.execPath, ['--import', watcher, program], {
    env: { WATCHED_CONNECTIONS: file, PATH: process.env.PATH },
  });
  const ways = await waysIn(file);
  for (const way of [
    '127.0.0.1:65533',
    '127.0.0.1:2',
    '127.0.0.1:3',
    '/nowhere',
    'localhost:4',
    'name lookup.invalid',
    'name resolve.invalid',
    'name txt.invalid',
    'udp ping 5 127.0.0.1',
    'program true',
  ])
    assert(ways.includes(way), `${way} is not in ${ways.join(', ')}`);
});
