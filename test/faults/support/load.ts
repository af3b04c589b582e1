import { setTimeout as wait } from 'node:timers/promises';
import { settleMs } from '../../../cache/drain.ts';
import { withClient } from '../../support/databases.ts';
import { until } from '../../support/poll.ts';
import { createRegister } from './register.ts';

/** Of somebody who is changed only when a test says so: later writes would hide that one got lost. */
export const quietProfile = '{ user(username: "grace") { bio } }';
const ownProfile = '{ user(username: "ada") { name bio } }';

/** What is asked for all the time: rows that a mutation changes, and rows that SQL changes, alone and in lists. */
export const questions = [
  quietProfile,
  ownProfile,
  '{ post(slug: "versioned") { title author { bio } } }',
  '{ posts(first: 5) { nodes { title author { username bio } } } }',
  '{ users(first: 5) { nodes { username bio } } }',
  '{ tags(first: 3) { nodes { name postCount } } }',
];

const readers = 4;
const pauseMs = 10;
const writePauseMs = 40;
/** No answer may be older: the lease under which it is served, and what two clocks may differ by meanwhile. */
export const mostStaleMs = settleMs;

export interface Load {
  /** Resolves when so many more writes of each kind, and as many reads of each reader, have been answered. */
  rounds(count: number): Promise<void>;
  /** Resolves when what is written from now on has long been binding, and was read: a fault that is shorter hides nothing. */
  outlastLeases(): Promise<void>;
  /** @returns what went wrong, in words: nothing should */
  stop(): Promise<string[]>;
}

/** Steady reads of two gateways, mutations through both, and SQL past them, each client doing one thing after the other. */
export function startLoad(options: {
  gateways: readonly string[];
  token: string;
  postsDatabaseUrl: string;
  firstVersion: number;
}): Load {
  const { gateways, token, postsDatabaseUrl, firstVersion } = options;
  const faults: string[] = [];
  const done = { reads: 0, mutations: 0, statements: 0 };
  const registers = { mutation: createRegister(), sql: createRegister() };
  let stopping = false;

  const assertNotStale = (text: string, began: number, who: string) => {
    for (const [kind, register] of Object.entries(registers)) {
      const oldest = register.oldestAt(began);
      for (const [, version] of text.matchAll(new RegExp(`"${kind}-(\\d+)"`, 'g')))
        if (Number(version) < oldest)
          faults.push(`${who} saw ${kind}-${version} after ${kind}-${oldest}: ${text}`);
    }
  };
  const repeat = async (ms: number, work: (round: number) => Promise<void>) => {
    for (let round = 0; !stopping; round += 1) {
      await work(round).catch((error: unknown) => faults.push(String(error)));
      await wait(ms);
    }
  };

  const read = (reader: number) =>
    repeat(pauseMs, async (round) => {
      const began = performance.now();
      const { text } = await ask(pick(gateways, reader), pick(questions, reader + round));
      assertNotStale(text, began, 'a reader');
      done.reads += 1;
    });

  const mutate = repeat(writePauseMs, async (round) => {
    const version = firstVersion + round;
    const bio = `mutation-${version}`;
    const mutation = `mutation { updateProfile(input: { bio: "${bio}" }) { user { bio } userErrors { code } } }`;
    const { text, position } = await ask(pick(gateways, round), mutation, {
      authorization: `Bearer ${token}`,
    });
    if (!text.includes(bio)) throw new Error(`A mutation was answered ${text}`);
    const answered = performance.now();
    // What its reply says became of its invalidations: they are out, or will be soon.
    const bypassed = position.startsWith('until-');
    registers.mutation.acknowledge(version, bypassed ? answered + mostStaleMs : answered);
    done.mutations += 1;
    // The client that wrote sends back what it was given, and sees its write, on whichever gateway.
    const own = await ask(pick(gateways, round + 1), ownProfile, { 'x-cache-position': position });
    if (!own.text.includes(`"${bio}"`)) faults.push(`after ${bio} (${position}) its writer saw ${own.text}`);
  });

  const write = withClient(postsDatabaseUrl, (client) =>
    repeat(writePauseMs, async (round) => {
      const version = firstVersion + round;
      await client.query('UPDATE posts SET title = $1 WHERE slug = $2', [`sql-${version}`, 'versioned']);
      registers.sql.acknowledge(version, performance.now() + mostStaleMs);
      done.statements += 1;
    }),
  );

  const rounds = async (count: number) => {
    const { reads, mutations, statements } = done;
    await until(`${count} rounds under load`, async () => {
      const enough =
        done.reads >= reads + count * readers &&
        done.mutations >= mutations + count &&
        done.statements >= statements + count;
      return enough || undefined;
    });
  };
  const running = [...Array.from({ length: readers }, (_, reader) => read(reader)), mutate, write];
  return {
    rounds,
    async outlastLeases() {
      const version = firstVersion + done.statements + 1;
      await until('a write to be binding', async () =>
        registers.sql.oldestAt(performance.now()) >= version ? true : undefined,
      );
      await rounds(3);
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
      return faults;
    },
  };
}

/** @throws unless it is answered with data and without errors */
export async function ask(url: string, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text) as { data?: object | null; errors?: unknown };
  if (response.status !== 200 || data === undefined || data === null || errors !== undefined)
    throw new Error(`${query} was answered with ${response.status}: ${text}`);
  return {
    text,
    status: response.headers.get('cache-status') ?? '',
    position: response.headers.get('x-cache-position') ?? '',
  };
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
