import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { leaseMs, settleMs } from '../../../cache/drain.ts';
import { createLocalCache } from '../../../cache/local-cache.ts';
import type { Position } from '../../../cache/position.ts';
import { createRelay } from '../../../cache/relay.ts';
import { createResponseCache } from '../../../cache/response-cache.ts';
import { createSingleFlight } from '../../../cache/single-flight.ts';
import type { CacheStore } from '../../../cache/store.ts';
import { tagsToHold } from '../../../cache/tags.ts';
import { createMemoryDatabase } from './memory-database.ts';

/**
 * The whole protocol with everything at once: databases, relays, gateways with memory and single-flight, readers,
 * writers, time, faults. Whatever waits for somebody else waits until a choice lets it go on, so a list of numbers is a
 * schedule, and the same list is the same schedule. Beside it runs a trivially correct model: which versions were
 * acknowledged before a read began.
 */
export interface SimulatedServer {
  readonly store: CacheStore;
  pass(ms: number): Promise<void>;
  /** Ways to lose all or some of what it holds. */
  readonly faults: readonly (() => Promise<unknown>)[];
}

export interface Tally {
  local: number;
  shared: number;
  joined: number;
  executed: number;
  acknowledged: number;
  unacknowledged: number;
}

/** What answers are made of; the subgraph is that of the name. */
const facts = ['posts/Post:1', 'posts/Post.all', 'users/User:1'] as const;
type Fact = (typeof facts)[number];
const subgraphs = ['posts', 'users'] as const;
const plans: readonly (readonly Fact[])[] = [
  ['posts/Post:1'],
  ['posts/Post:1', 'posts/Post.all', 'users/User:1'],
];

const logger = pino({ level: 'silent' });

/** How far the lagging gateway may be behind. */
const maxLagMs = 700;

interface Party {
  server: number;
  isCut: boolean;
}

/** Something that waits to go on: a call that wasn't sent, a reply that is under way, a statement in a database. */
interface Pending {
  goOn(): Promise<void>;
  lose?(): void;
}

/** @throws Error that says which answer was stale */
export async function simulate(
  choices: readonly number[],
  servers: readonly SimulatedServer[],
): Promise<Tally> {
  const tally: Tally = { local: 0, shared: 0, joined: 0, executed: 0, acknowledged: 0, unacknowledged: 0 };
  const pending = new Set<Pending>();
  const violations: string[] = [];
  let nowMs = 0;
  let target = 0;

  // ---- the model
  const versions = new Map<Fact, number>(facts.map((fact) => [fact, 0]));
  const committedAtMs = new Map<Fact, number[]>(facts.map((fact) => [fact, [0]]));
  const acknowledged = new Map<Fact, number>(facts.map((fact) => [fact, 0]));
  const versionOf = (from: ReadonlyMap<Fact, number>, fact: Fact) => from.get(fact) ?? 0;
  /** The newest version that is older than any lease can be. */
  const oldVersion = (fact: Fact) =>
    (committedAtMs.get(fact) ?? []).findLastIndex((atMs) => atMs + leaseMs <= nowMs);
  let lastWrite: { fact: Fact; version: number; position: Position } | undefined;

  // ---- what waits
  const wait = <Result>(work: () => Result): Promise<Result> => {
    const { promise, resolve } = Promise.withResolvers<Result>();
    const step: Pending = {
      goOn: async () => {
        pending.delete(step);
        resolve(work());
      },
    };
    pending.add(step);
    return promise;
  };
  const call = (party: Party, work: (store: CacheStore) => Promise<unknown>): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const step: Pending = {
      goOn: async () => {
        pending.delete(step);
        const server = servers[party.server];
        if (party.isCut || server === undefined) return reject(new Error('cut off'));
        const reply = await work(server.store);
        const delivery: Pending = {
          goOn: async () => {
            pending.delete(delivery);
            resolve(reply);
          },
          lose: () => {
            pending.delete(delivery);
            reject(new Error('the reply was lost'));
          },
        };
        pending.add(delivery);
      },
      lose: () => {
        pending.delete(step);
        reject(new Error('the call was lost'));
      },
    };
    pending.add(step);
    return promise;
  };
  const storeOf = (party: Party): CacheStore =>
    new Proxy(servers[0]?.store ?? ({} as CacheStore), {
      get: (_, method) => {
        if (method === 'reconnect')
          return () => {
            party.server = target;
          };
        return (...args: unknown[]) =>
          call(party, (store) => Reflect.get(store, method, store).apply(store, args));
      },
    });
  /** Statements of a database wait, too; they are not lost here. */
  const slowly = <Target extends object>(object: Target): Target =>
    new Proxy(object, {
      get: (_, method) => {
        const original: unknown = Reflect.get(object, method, object);
        return typeof original === 'function'
          ? (...args: unknown[]) => wait(() => original.apply(object, args))
          : original;
      },
    });

  // ---- the parties
  const parties: Party[] = [];
  const join = () => {
    const party = { server: 0, isCut: false };
    parties.push(party);
    return party;
  };
  const databases = subgraphs.map((subgraph) => {
    const database = createMemoryDatabase(3);
    const relays = [1, 2].map(() =>
      createRelay({
        subgraph,
        outbox: slowly(database.outbox),
        store: storeOf(join()),
        logger,
        now: () => nowMs,
      }),
    );
    return { subgraph, database, relays };
  });
  const gateways = [0, 0, maxLagMs].map((lag) => {
    const store = storeOf(join());
    const local = createLocalCache({ store, maxBytes: 100_000, maxLagMs: lag, now: () => nowMs });
    const cache = createResponseCache({ store, local });
    const flights = createSingleFlight<{ plan: readonly Fact[]; seen: Record<string, number> }>(
      ({ plan }, position) => cache.check({ position, ...restsOn(plan) }),
    );
    return { cache, flights, lag };
  });

  // ---- what they do
  const write = async (fact: Fact, isMutation: boolean, relay: number): Promise<void> => {
    const version = versionOf(versions, fact) + 1;
    versions.set(fact, version);
    committedAtMs.get(fact)?.push(nowMs);
    const owner = databases.find(({ subgraph }) => fact.startsWith(`${subgraph}/`));
    owner?.database.write('', [fact]);
    if (!isMutation) return;
    const flushed = await owner?.relays[relay]?.flush();
    if (flushed?.published !== true) {
      tally.unacknowledged += 1;
      return;
    }
    tally.acknowledged += 1;
    acknowledged.set(fact, Math.max(version, versionOf(acknowledged, fact)));
    lastWrite = { fact, version, position: flushed.position };
  };

  const read = async (
    gateway: (typeof gateways)[number],
    plan: readonly Fact[],
    own = lastWrite,
  ): Promise<void> => {
    const { cache, flights, lag } = gateway;
    const needed = new Map(plan.map((fact) => [fact, lag > 0 ? 0 : versionOf(acknowledged, fact)]));
    if (own !== undefined && needed.has(own.fact))
      needed.set(own.fact, Math.max(own.version, versionOf(needed, own.fact)));
    const old = new Map(plan.map((fact) => [fact, oldVersion(fact)]));
    const key = plan.join(' ');
    const describe = (from: string) => `${from}, gateway ${gateways.indexOf(gateway)}, ${nowMs} ms`;
    const check = (seen: Record<string, number>, from: string) => {
      for (const fact of plan) {
        const version = seen[fact] ?? -1;
        if (version < versionOf(needed, fact))
          violations.push(
            `STALE: ${fact} at v${version}, v${needed.get(fact)} was acknowledged (${describe(from)})`,
          );
        if (version < versionOf(old, fact))
          violations.push(
            `BOUND: ${fact} at v${version}, v${old.get(fact)} is older than a lease (${describe(from)})`,
          );
      }
    };

    const found = await cache.lookup({ keys: [key], encoding: 'identity', after: own?.position });
    if (found.hit) {
      tally[found.from] += 1;
      check(JSON.parse(found.answer.body.toString()), found.from);
      return;
    }
    const { result, isOwn, position } = await flights.run(key, {
      position: found.position,
      accepts: () => true,
      work: async () => {
        const seen: Record<string, number> = {};
        for (const fact of plan) seen[fact] = await wait(() => versionOf(versions, fact));
        return { plan, seen };
      },
    });
    check(result.seen, isOwn ? 'executed' : 'joined');
    tally[isOwn ? 'executed' : 'joined'] += 1;
    if (!isOwn || position === undefined) return;
    const bodies = { identity: Buffer.from(JSON.stringify(result.seen)) };
    const times = { freshMs: 1e6, keepMs: 1e6 };
    await cache.store({ key, position, meta: '', bodies, ...times, ...restsOn(plan) }, 'identity');
  };

  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
    for (const { database } of databases) database.pass(ms);
    for (const server of servers) await server.pass(ms);
  };

  /** Another server takes over, and the one before lives on: who is connected to it stays there for a while. */
  const failOver = async (): Promise<void> => {
    const older = servers[target];
    const newer = servers[target + 1];
    if (older === undefined || newer === undefined) return;
    const { position } = await older.store.status();
    await newer.store.supersede(position.epoch);
    target += 1;
  };

  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const start = (work: Promise<void>) => {
    const run = work
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => running.delete(run));
    running.add(run);
  };
  const act = async (choice: number): Promise<void> => {
    const kind = choice % 40;
    const detail = Math.floor(choice / 40);
    const of = <Item>(list: readonly Item[], shift = 1): Item | undefined =>
      list[Math.floor(detail / shift) % list.length];
    const party = of(parties);
    const database = of(databases);
    const gateway = of(gateways);
    if (kind < 18) {
      for (let steps = detail % 4; steps >= 0; steps -= 1) {
        await of([...pending], 4)?.goOn();
        await settle();
      }
    } else if (kind < 25 && gateway) start(read(gateway, of(plans, 3) ?? [], of([undefined, lastWrite], 6)));
    else if (kind < 30)
      start(write(of(facts) ?? facts[0], of([true, true, false], 3) ?? true, (detail >> 4) % 2));
    else if (kind < 34 && database) start(poll(database.relays[(detail >> 1) % 2]));
    else if (kind === 34) await pass(of([100, 600, 2_000]) ?? 0);
    else if (kind === 35) of([...pending].filter(({ lose }) => lose !== undefined))?.lose?.();
    else if (kind === 36 && party) party.isCut = !party.isCut;
    else if (kind === 37 && party) party.server = target;
    else if (kind === 38 && detail % 2 === 0) await of(servers[target]?.faults ?? [], 2)?.();
    else if (kind === 39 && detail % 3 === 0) await failOver();
  };
  const settle = async (): Promise<void> => {
    // What is shared begins with the next turn; what that begins, with the one after.
    await nextTurn();
    await nextTurn();
  };

  const finishAll = async (): Promise<void> => {
    while (running.size > 0) {
      for (const step of [...pending]) await step.goOn();
      await settle();
    }
  };
  const pollAll = async (): Promise<void> => {
    for (const { relays } of databases) for (const relay of relays) start(poll(relay));
    await finishAll();
  };
  // It begins with everything in order.
  await pollAll();
  for (const choice of choices) {
    await act(choice);
    await settle();
  }

  // ---- all faults end: what was committed is seen by all, and the cache is of use again
  for (const party of parties) {
    party.isCut = false;
    party.server = target;
  }
  await finishAll();
  await pollAll();
  await pass(settleMs);
  await pollAll();
  for (const fact of facts) acknowledged.set(fact, versionOf(versions, fact));
  const before = tally.local;
  for (let round = 0; round < 3; round += 1) {
    for (const gateway of gateways) for (const plan of plans) start(read(gateway, plan));
    await finishAll();
  }
  if (tally.local - before < gateways.length * plans.length)
    violations.push('LIVENESS: no hits after all faults had ended');

  if (failures.length > 0) throw new AggregateError(failures, 'a party failed');
  if (violations.length > 0) throw new Error(violations.join('\n'));
  return tally;
}

async function poll(relay: { flush(): Promise<unknown> } | undefined): Promise<void> {
  await relay?.flush();
}

function restsOn(plan: readonly Fact[]) {
  const relays = subgraphs.filter((subgraph) => plan.some((fact) => fact.startsWith(`${subgraph}/`)));
  return { tags: tagsToHold(plan, relays), relays };
}
