import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestDatabase } from './databases.ts';

const root = join(import.meta.dirname, '../..');

/** The secret with which calls to the subgraphs are signed. */
export const processSecret = 'the-secret-that-tests-sign-calls-with';

/** A service as production runs it: a process of its own, with nothing in its environment but its configuration. */
export interface ServiceProcess extends AsyncDisposable {
  readonly url: string;
  readonly adminUrl: string;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>;
}

/**
 * Starts `node <main>`, on free ports unless the environment names others.
 *
 * @param onLine hears every line that it prints
 * @throws Error with what it printed when it ends before it has started
 */
export async function startServiceProcess(
  main: string,
  environment: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => {},
): Promise<ServiceProcess> {
  const child: ChildProcess = spawn(process.execPath, [main], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', ADMIN_PORT: '0', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const service = {
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    exit,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
  const printed: string[] = [];
  let hasStarted = false;
  const { promise: started, resolve } = Promise.withResolvers<{ url: string; adminUrl: string }>();
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface(stream).on('line', (line) => {
        onLine(line);
        if (hasStarted) return;
        printed.push(line);
        const { msg, url, adminUrl } = line.startsWith('{') ? JSON.parse(line) : {};
        if (msg !== 'started') return;
        hasStarted = true;
        resolve({ url, adminUrl });
      });
  const urls = await Promise.race([started, exit]);
  if (urls !== null && typeof urls === 'object') return { ...service, ...urls };
  throw new Error(`${main} ended before it had started:\n${printed.join('\n')}`);
}

export interface SupergraphProcesses {
  readonly users: ServiceProcess;
  readonly posts: ServiceProcess;
  readonly gateway: ServiceProcess;
}

/**
 * Both subgraphs and a gateway, a process each.
 *
 * @param options.environment further variables of the service of that name
 * @param stack ends what is left of them
 */
export async function startSupergraphProcesses(
  options: {
    usersDatabase: TestDatabase;
    postsDatabase: TestDatabase;
    redisUrl: string;
    environment?: (service: 'users' | 'posts' | 'gateway') => Readonly<Record<string, string>>;
  },
  stack: AsyncDisposableStack,
): Promise<SupergraphProcesses> {
  const { usersDatabase, postsDatabase, redisUrl, environment = () => ({}) } = options;
  const { privateKey } = generateKeyPairSync('ed25519');
  const shared = { SUBGRAPH_SECRET: processSecret, REDIS_URL: redisUrl };
  const start = async (main: string, environment: Readonly<Record<string, string>>) =>
    stack.use(await startServiceProcess(main, { ...shared, ...environment }));
  const [users, posts] = await Promise.all([
    start('subgraphs/users/main.ts', {
      DATABASE_URL: usersDatabase.url,
      JWT_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ...environment('users'),
    }),
    start('subgraphs/posts/main.ts', { DATABASE_URL: postsDatabase.url, ...environment('posts') }),
  ]);
  const gateway = await start('gateway/main.ts', {
    SUBGRAPH_URLS: `users=${users.url},posts=${posts.url}`,
    JWKS_URL: new URL('/.well-known/jwks.json', users.url).href,
    ...environment('gateway'),
  });
  return { users, posts, gateway };
}
