import { setTimeout as wait } from 'node:timers/promises';
import { settleMs } from '../../../cache/drain.ts';
import { withClient } from '../../support/databases.ts';
import { until } from '../../support/poll.ts';
import { createRegister } from '../support/register.ts';
import { questions, statements } from './questions.ts';
import { type Outcome, send } from './send.ts';
import { createTally, type Kind, type Tally } from './tally.ts';
import type { Writer } from './writers.ts';

/** Readers of three kinds at two entrances, and two writers. */
export const clientCount = 8;
const readPauseMs = 20;
const writePauseMs = 100;
/** So many whole answers in a row, of every client, make a healed house. */
const healthyStreak = 4;
/** Generous, because a developer's machine may be busy: what has not healed by then doesn't. */
const healingMs = 30_000;

export interface Load {
  /** From now on requests go in here; the second one takes what the first refuses to hear, and the other way round. */
  enterBy(entrances: readonly [string, string]): void;
  /** Counts anew. */
  startCounting(): Tally;
  /**
   * Resolves when all clients have got whole answers for a while to what they have asked since now, kept ones among them.
   *
   * @throws Error that names the clients that have not, after 30 s
   */
  untilHealthy(): Promise<void>;
  stop(): Promise<void>;
}

/** Since when a client has had whole answers only. */
interface Streak {
  readonly name: string;
  whole: number;
  hits: number;
  readonly wantsHits: boolean;
  last: string;
}

/** Each client does one thing after the other, so that there is never more in flight than there are clients. */
export function startLoad(options: {
  entrances: readonly [string, string];
  writers: Readonly<Record<'users' | 'posts', Writer>>;
  databaseUrls: Readonly<Record<'users' | 'posts', string>>;
}): Load {
  const { writers, databaseUrls } = options;
  let { entrances } = options;
  let tally = createTally();
  let countedFrom = 0;
  let streaksFrom = 0;
  let stopping = false;
  const streaks: Streak[] = [];
  // What is in the rows says who wrote it: users-mutation-7, posts-sql-12.
  const registers = new Map(
    ['users-mutation', 'users-sql', 'posts-mutation', 'posts-sql'].map((name) => [name, createRegister()]),
  );

  // Nobody knows when such a write is done: it may wait for a lock, and come after one that was answered.
  const unanswered = new Set<string>();

  const assertNotStale = (text: string, began: number) => {
    for (const [name, register] of registers)
      for (const [, version] of text.matchAll(new RegExp(`"${name}-(\\d+)"`, 'g'))) {
        const oldest = register.oldestAt(began);
        if (Number(version) < oldest && !unanswered.has(`${name}-${version}`))
          tally.stale.push(`${name}-${version} after ${name}-${oldest}`);
      }
  };
  const client = (name: string, wantsHits = false) => {
    const streak: Streak = { name, whole: 0, hits: 0, wantsHits, last: 'nothing' };
    streaks.push(streak);
    return (kind: Kind, outcome: Outcome, began: number) => {
      // What was asked before counting began says nothing of what is counted.
      if (began >= countedFrom) tally.add(kind, outcome);
      if (began < streaksFrom) return;
      streak.whole = outcome.kind === 'whole' ? streak.whole + 1 : 0;
      if (outcome.hit) streak.hits += 1;
      streak.last = `${outcome.kind} ${outcome.text}`;
    };
  };
  const entering = (first: number) => (first % 2 === 0 ? entrances : [entrances[1], entrances[0]]);
  const repeat = async (ms: number, work: (round: number) => Promise<void>) => {
    for (let round = 1; !stopping; round += 1) {
      await work(round);
      await wait(ms);
    }
  };

  const read = (kind: 'users' | 'posts' | 'both', entrance: number) => {
    const note = client(`reader of ${kind} at ${entrance + 1}`, true);
    const { quiet, written } = questions[kind];
    // What is kept, what was just written, and what is made anew each time.
    const ways = [[quiet], [written], [written, { 'cache-control': 'no-store' }]] as const;
    return repeat(readPauseMs, async (round) => {
      const [question, headers = {}] = ways[round % ways.length] ?? ways[0];
      const began = performance.now();
      const outcome = await send(entering(entrance), question, headers);
      assertNotStale(outcome.text, began);
      note(kind, outcome, began);
    });
  };

  const mutate = (part: 'users' | 'posts') => {
    const note = client(`writer to ${part}`);
    const { question, write } = writers[part];
    return repeat(writePauseMs, async (round) => {
      const value = `${part}-mutation-${round}`;
      const began = performance.now();
      const { outcome, taken } = await write(entering(round), value);
      note(`${part} writes`, outcome, began);
      if (!taken) return void unanswered.add(value);
      const answered = performance.now();
      // The reply says what became of its invalidations: they are out, or will be soon.
      const bypassed = outcome.position.startsWith('until-');
      registers.get(`${part}-mutation`)?.acknowledge(round, bypassed ? answered + settleMs : answered);
      // The client that wrote sends back what it was given, and sees its write, at the other entrance.
      const own = await send(entering(round + 1), question, { 'x-cache-position': outcome.position });
      if (own.kind !== 'whole' || own.text.includes(`"${value}"`)) return;
      // Unless one that was given up before has come after it: then that is what is in the row.
      const anew = await send(entering(round + 1), question, { 'cache-control': 'no-store' });
      const isLatecomer = [...unanswered].some((late) => own.text.includes(`"${late}"`));
      if (!isLatecomer || anew.text !== own.text)
        tally.stale.push(`the writer of ${value} (${outcome.position}) saw ${own.text}`);
    });
  };

  const writeSql = (part: 'users' | 'posts') =>
    repeat(writePauseMs, async (round) => {
      // A statement that a fault kept from being committed promises nothing.
      const statement = withClient(databaseUrls[part], (client) =>
        client.query(statements[part], [`${part}-sql-${round}`]),
      );
      await statement.then(
        () => registers.get(`${part}-sql`)?.acknowledge(round, performance.now() + settleMs),
        () => unanswered.add(`${part}-sql-${round}`),
      );
    });

  const running = [
    ...(['users', 'posts', 'both'] as const).flatMap((kind) => [read(kind, 0), read(kind, 1)]),
    ...(['users', 'posts'] as const).flatMap((part) => [mutate(part), writeSql(part)]),
  ];
  return {
    enterBy(next) {
      entrances = next;
    },
    startCounting() {
      tally = createTally();
      countedFrom = performance.now();
      return tally;
    },
    async untilHealthy() {
      streaksFrom = performance.now();
      for (const streak of streaks) Object.assign(streak, { whole: 0, hits: 0, last: 'nothing' });
      const ill = () =>
        streaks.filter(
          ({ whole, hits, wantsHits }) => whole < healthyStreak || (wantsHits && hits < healthyStreak),
        );
      await until('healing', async () => ill().length === 0 || undefined, healingMs).catch(() => {
        const reports = ill().map(({ name, last }) => `${name}: ${last.slice(0, 300)}`);
        throw new Error(`not healed after ${healingMs} ms: ${reports.join('; ')}`);
      });
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
    },
  };
}
