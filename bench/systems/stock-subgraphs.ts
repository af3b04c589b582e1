import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../local/free-port.ts';
import type { BenchDatabases } from './databases.ts';
import { startProcess } from './process.ts';
import type { Services } from './services.ts';

const root = join(import.meta.dirname, '../..');

const postsDatabase = 'stock_posts';

/**
 * The posts database once more, with an index that Prisma's statements can use. Prisma compares `status` with a text that it casts, of
 * which PostgreSQL cannot tell that a partial index covers it: it would read all posts for each page of an author. Made anew
 * each time, so that it has what the others have. Nobody may be connected to the posts database.
 */
export async function copyForStockSubgraphs({ query, url }: BenchDatabases): Promise<void> {
  await query(`DROP DATABASE IF EXISTS ${postsDatabase}`);
  await query(`CREATE DATABASE ${postsDatabase} TEMPLATE posts STRATEGY file_copy`);
  const client = new Client({ connectionString: url(postsDatabase) });
  await client.connect();
  try {
    await client.query('CREATE INDEX ON posts (author_id, status, published_at DESC, id DESC)');
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

/** Users and posts once more, on the same data, as a team would write them from documentation: see bench/peers/stock-subgraphs. */
export async function startStockSubgraphs(options: {
  databases: BenchDatabases;
  folder: string;
  signal: AbortSignal;
}): Promise<Services & AsyncDisposable> {
  const { databases, folder, signal } = options;
  await using starting = new AsyncDisposableStack();
  const service = async (name: string, databaseUrl: string) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/graphql`;
    const started = await startProcess({
      name: `stock-${name}`,
      args: [join(import.meta.dirname, `../peers/stock-subgraphs/${name}.main.mjs`)],
      env: { PORT: String(port), DATABASE_URL: databaseUrl },
      readyUrl: `${url}?query={__typename}`,
      folder,
      signal,
    });
    starting.use(started);
    return { pid: started.pid, url };
  };
  const users = await service('users', databases.usersUrl);
  const posts = await service('posts', databases.url(postsDatabase));
  const stack = starting.move();
  return {
    gatewayEnvironment: {
      SUPERGRAPH_FILE: join(root, 'supergraph.graphql'),
      SUBGRAPH_URLS: `users=${users.url},posts=${posts.url}`,
    },
    processes: { users: users.pid, posts: posts.pid, PostgreSQL: databases.pid },
    counters: () => databases.counters(['users', postsDatabase]),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
