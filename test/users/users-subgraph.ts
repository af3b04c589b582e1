import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import pg from 'pg';
import type { EventBus } from '../../platform/event-bus.ts';
import { toGlobalId } from '../../platform/global-id.ts';
import { createLogger } from '../../platform/logging.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { readUsersConfig } from '../../subgraphs/users/config.ts';
import { createUsersSubgraph } from '../../subgraphs/users/subgraph.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';
import { createSignedClient, type SignedClient } from '../support/signed-client.ts';

export const password = 'correct horse battery staple';

/** An account that was made through `signUp`. */
export interface TestAccount {
  readonly id: string;
  readonly uuid: string;
  readonly username: string;
  readonly email: string;
  /** As whom the gateway would call after this sign-up. */
  readonly viewer: Viewer & { readonly sessionId: string };
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface TestUsers extends SignedClient {
  /** The service's GraphQL endpoint. */
  readonly url: string;
  readonly secret: string;
  readonly database: TestDatabase;
  /** Rows of a statement, past the service. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  signUp(username: string): Promise<TestAccount>;
  /** A new sign-in of the account: its viewer and refresh token. */
  logIn(account: TestAccount): Promise<Pick<TestAccount, 'viewer' | 'refreshToken'>>;
  /** Rows of accounts without a usable password, for tests that need many. Gives their UUIDs in the order of creation. */
  insertUsers(count: number, prefix?: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** The users subgraph on a database of its own, called the way the gateway does. */
export async function startUsers(
  options: {
    now?: () => Date;
    events?: EventBus;
    /** Of the database; UTC otherwise. */
    timeZone?: string;
    /** Settings that differ from a plain one's. */
    env?: Record<string, string>;
  } = {},
): Promise<TestUsers> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await freshDatabase('users'));
  const pool = createTestPool(database.url, 2);
  opening.defer(() => pool.end());
  if (options.timeZone !== undefined) {
    const name = pg.escapeIdentifier(new URL(database.url).pathname.slice(1));
    await pool.query(`ALTER DATABASE ${name} SET timezone = ${pg.escapeLiteral(options.timeZone)}`);
  }
  const secret = 'the-secret-that-tests-sign-calls-with';
  const { privateKey } = generateKeyPairSync('ed25519');
  const service = createUsersSubgraph(
    readUsersConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_URL: database.url,
      SUBGRAPH_SECRET: secret,
      JWT_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      SIGN_IN_ATTEMPTS: '1000000',
      ...options.env,
    }),
    {
      logger: createLogger({ name: 'users', level: 'silent' }),
      ...(options.now && { now: options.now }),
      ...(options.events && { events: options.events }),
    },
  );
  opening.defer(() => service.stop());
  await service.start();

  const { call } = createSignedClient({ name: 'users', url: service.url, secret });
  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows;
  const stack = opening.move();

  let inserted = 0;

  return {
    url: service.url,
    secret,
    database,
    call,
    sql,
    async signUp(username) {
      const email = `${username}@example.com`;
      const { body } = await call(
        `mutation ($input: SignUpInput!) {
          signUp(input: $input) { user { id } session { accessToken refreshToken } userErrors { message } }
        }`,
        { input: { username, email, password } },
      );
      const { user, session } = body.data.signUp;
      const viewer = viewerOf(session.accessToken);
      return { id: user.id, uuid: viewer.subject, username, email, viewer, ...session };
    },
    async logIn({ username }) {
      const { body } = await call(
        `mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken refreshToken } } }`,
        { input: { login: username, password } },
      );
      const { accessToken, refreshToken } = body.data.logIn.session;
      return { viewer: viewerOf(accessToken), refreshToken };
    },
    async insertUsers(count, prefix = 'user') {
      const uuids = Array.from({ length: count }, () => orderedUuid(inserted++));
      await sql(
        `INSERT INTO users (id, username, name, email, password_hash)
         SELECT id, $2 || n, 'Name ' || n, $2 || n || '@example.com', 'none'
         FROM unnest($1::uuid[]) WITH ORDINALITY AS new (id, n)`,
        [uuids, prefix],
      );
      return uuids;
    },
    stop: () => stack.disposeAsync(),
  };
}

/** UUIDs in the order of their numbers, older than every one that is made now. */
export function orderedUuid(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export const userId = (uuid: string) => toGlobalId('User', uuid);

function viewerOf(accessToken: string): Viewer & { sessionId: string } {
  const { sub, sid } = decodeJwt<{ sub: string; sid: string }>(accessToken);
  return { subject: sub, sessionId: sid };
}
