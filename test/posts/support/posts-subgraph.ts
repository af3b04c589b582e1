import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { CacheStore } from '../../../cache/store.ts';
import type { EventBus } from '../../../platform/event-bus.ts';
import { toGlobalId } from '../../../platform/global-id.ts';
import { createLogger } from '../../../platform/logging.ts';
import { readPostsConfig } from '../../../subgraphs/posts/config.ts';
import { createPostsSubgraph } from '../../../subgraphs/posts/subgraph.ts';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';
import { createTestPool } from '../../support/pools.ts';
import { createSignedClient, type SignedClient } from '../../support/signed-client.ts';

/** Somebody with an account, or nobody. Other subgraphs know accounts; here any UUID is one. */
export type Person = string | null;

export function newPerson(): string {
  return randomUUID();
}

export interface PostsUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly testDatabase: TestDatabase;
  /** For what no client can do: many rows at once, chosen dates. */
  readonly database: Pool;
  /** The answer as it came. */
  call(person: Person, query: string, variables?: Record<string, unknown>): ReturnType<SignedClient['call']>;
  /** The data of an answer; an error in it fails the test. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which each test knows.
  ask(person: Person, query: string, variables?: Record<string, unknown>): Promise<any>;
  /** What a mutation answers whose input is of the type named like it: its payload with the given fields. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  mutate(person: Person, mutation: string, input: Record<string, unknown>, fields: string): Promise<any>;
  /** Writes a post, and publishes it unless told otherwise; its id. */
  writePost(
    author: string,
    post?: { title?: string; body?: string; tags?: string[]; draft?: boolean },
  ): Promise<string>;
  /** Comments on a post; the comment's id. */
  writeComment(author: string, postId: string, body?: string): Promise<string>;
}

const secret = 'the-secret-that-tests-sign-calls-with';

/** The posts subgraph in this process, on a database of its own, spoken to over HTTP as the gateway does. */
export async function startPosts(
  deps: { events?: EventBus; cacheStore?: CacheStore } = {},
): Promise<PostsUnderTest> {
  await using opening = new AsyncDisposableStack();
  const testDatabase = opening.use(await freshDatabase('posts'));
  const service = createPostsSubgraph(
    readPostsConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      NODE_ENV: 'test',
      DATABASE_URL: testDatabase.url,
      SUBGRAPH_SECRET: secret,
    }),
    { logger: createLogger({ name: 'posts', level: 'silent' }), ...deps },
  );
  opening.defer(() => service.stop());
  await service.start();
  const database = createTestPool(testDatabase.url, 4);
  opening.defer(() => database.end());
  const client = createSignedClient({ name: 'posts', url: service.url, secret });
  const stack = opening.move();

  const posts: PostsUnderTest = {
    url: service.url,
    testDatabase,
    database,
    call: (person, query, variables = {}) =>
      client.call(query, variables, person === null ? null : { subject: person }),
    async ask(person, query, variables) {
      const { body } = await posts.call(person, query, variables);
      assert.equal(body.errors, undefined, JSON.stringify(body.errors));
      return body.data;
    },
    async mutate(person, mutation, input, fields) {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
      const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { ${fields} userErrors { code field } } }`;
      return (await posts.ask(person, query, { input }))[mutation];
    },
    async writePost(author, { title = 'A title', body = 'A body', tags = [], draft = false } = {}) {
      const { post } = await posts.mutate(author, 'createPost', { title, body, tags }, 'post { id }');
      if (!draft) await posts.mutate(author, 'publishPost', { id: post.id }, '');
      return post.id;
    },
    async writeComment(author, postId, body = 'A comment') {
      return (await posts.mutate(author, 'addComment', { postId, body }, 'comment { id }')).comment.id;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return posts;
}

export function userReference(person: string, followees?: readonly string[]) {
  return {
    __typename: 'User',
    id: toGlobalId('User', person),
    ...(followees === undefined ? {} : { followeeIds: followees.map((id) => toGlobalId('User', id)) }),
  };
}
