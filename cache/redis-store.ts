import DataLoader from 'dataloader';
import type { Redis } from 'ioredis';
import type { Position } from './position.ts';
import { readLookups, readOutcome } from './redis/lookup-reply.ts';
import { Reply } from './redis/reply.ts';
import { type Argument, loadScripts, runScript, type Script } from './redis/scripts.ts';
import {
  type CacheStore,
  type Dependencies,
  type Lookup,
  type LookupRequest,
  maxChanges,
  maxKeepMs,
  maxMarks,
  pruneStep,
} from './store.ts';
import { tagsToMark } from './tags.ts';

/**
 * Counts up when scripts or what they keep change in a way that the other version would misread. Two versions then
 * share nothing: a gateway of the new one finds no lease, and serves nothing, until a relay of the new one is there,
 * too.
 */
const formatVersion = 2;

/** So many lookups in one script, which nobody else can interrupt: less than a millisecond. */
const lookupsTogether = 16;

const remembered = [maxMarks, pruneStep, maxKeepMs];

/**
 * The cache of many processes: one script, and so one round trip, for each operation. Redis 7.0 or later, or Valkey.
 *
 * @param redis made so that commands fail soon (platform/redis-connection.ts); guarded-store.ts goes around it. Not
 *   shared with anything that blocks.
 * @param prefix begins all keys: supergraphs with different ones share a Redis.
 */
export function createRedisStore({ redis, prefix }: { redis: Redis; prefix: string }): CacheStore {
  const scripts = loadScripts();
  // The braces put all keys into one slot of a cluster, as a script needs it.
  const key = (name: string) => `${prefix}:{cache}:${formatVersion}:${name}`;
  const stateKeys = [key('state'), key('marks')];
  const claimKey = (answer: string) => key(`claim:${answer}`);
  const entryKey = (answer: string) => key(`entry:${answer}`);

  const needsVerifying = followConnection(redis);
  const run = async (script: Script, keys: readonly string[], args: readonly Argument[], always = false) => {
    const verification = needsVerifying();
    const verify = always || verification.due ? '1' : '0';
    const reply = new Reply(await runScript(redis, script, [...stateKeys, ...keys], [verify, ...args]));
    verification.done();
    return { position: readPosition(reply), reply };
  };
  /** Relays always compare the epoch with the server: they are few, and a server may change behind a proxy. */
  const runForRelay = (script: Script, args: readonly Argument[]) => run(script, [], args, true);

  /** Those of one turn of the event loop go together: most of what a script costs, it costs once. */
  const lookups = new DataLoader<LookupRequest, Lookup>(
    async (requests) => {
      const { position, reply } = await run(
        scripts.lookup,
        requests.flatMap(({ keys }) => [claimKey(keys[0]), ...keys.map(entryKey)]),
        requests.flatMap(({ keys, encoding, claimMs = 0 }) => [encoding, claimMs, keys.length]),
      );
      return readLookups(
        position,
        reply,
        requests.map(({ keys }) => keys),
      );
    },
    { cache: false, batchScheduleFn: setImmediate, maxBatchSize: lookupsTogether },
  );

  return {
    lookup: (request) => lookups.load(request),

    async store(answer) {
      const { key, freshMs, keepMs, meta, bodies } = answer;
      const { position, reply } = await run(
        scripts.store,
        [claimKey(key), entryKey(key)],
        [
          ...dependencyArguments(answer),
          Math.ceil(freshMs),
          Math.ceil(Math.min(keepMs, maxKeepMs)),
          meta,
          ...Object.entries(bodies).flat(),
        ],
      );
      return readOutcome(position, reply);
    },

    async addCoding({ key, position, meta }, encoding, body) {
      const { epoch, clock } = position;
      await run(scripts.addCoding, [entryKey(key)], [epoch, clock, meta, encoding, body]);
    },

    async check(dependencies) {
      const { position, reply } = await run(scripts.check, [], dependencyArguments(dependencies));
      return readOutcome(position, reply);
    },

    async release(key) {
      await redis.del(claimKey(key));
    },

    async changesSince(since) {
      const { position, reply } = await run(
        scripts.changes,
        [],
        [since?.epoch ?? '', since?.clock ?? 0, maxChanges],
      );
      const floor = reply.integer();
      const leases = readPairs(reply.list());
      const marked = reply.list();
      return { position, floor, leases, marked: marked === undefined ? undefined : readPairs(marked) };
    },

    async invalidate(tags) {
      const { position } = await runForRelay(scripts.invalidate, [...remembered, ...tagsToMark(tags)]);
      return position;
    },

    async status() {
      const { position, reply } = await runForRelay(scripts.status, []);
      return { position, timeMs: reply.integer() };
    },

    async sweep({ subgraph, epoch, source }) {
      const { position, reply } = await runForRelay(scripts.sweep, [...remembered, subgraph, epoch, source]);
      return { swept: reply.integer() === 1, position };
    },

    async renewLease({ subgraph, epoch, source, endsAtMs }) {
      const { position, reply } = await runForRelay(scripts.renewLease, [subgraph, epoch, source, endsAtMs]);
      const outcome = reply.text();
      if (outcome === 'renewed') return { renewed: true, position };
      return { renewed: false, position, reason: outcome === 'epoch' ? 'epoch' : 'unswept' };
    },

    async supersede(epoch) {
      const { position } = await runForRelay(scripts.supersede, [epoch]);
      return position;
    },

    reconnect() {
      redis.disconnect(true);
    },
  };
}

/**
 * Rule 2: an epoch is bound to its server, and to compare the two takes INFO, a quarter of a lookup's time. A server
 * can only have become another one where the connection was lost: so scripts compare until one of them has on this
 * connection.
 */
function followConnection(redis: Redis) {
  let connection = 0;
  let verified = -1;
  redis.on('close', () => {
    connection += 1;
  });
  return () => {
    const mine = connection;
    return {
      due: verified !== mine,
      done: () => {
        // A reply of an earlier connection says nothing of the present one.
        if (mine === connection) verified = mine;
      },
    };
  };
}

function dependencyArguments({ position, tags, relays }: Dependencies): Argument[] {
  return [position.epoch, position.clock, JSON.stringify(tags), JSON.stringify(relays)];
}

function readPosition(reply: Reply): Position {
  return { epoch: reply.text(), clock: reply.integer() };
}

function readPairs(reply: Reply | undefined): Map<string, number> {
  const pairs = new Map<string, number>();
  while (reply !== undefined && !reply.isAtEnd) pairs.set(reply.text(), reply.integer());
  return pairs;
}
