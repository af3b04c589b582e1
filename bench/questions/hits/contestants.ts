import type { LoadRequest } from '../../load/load-generator.ts';
import type { Answer } from '../../measure/ask.ts';
import { untilHit } from '../../measure/prime.ts';
import type { Contestant } from '../../measure/rounds.ts';
import { requireSameAnswer } from '../../measure/same-answer.ts';
import { startConstant } from '../../systems/constant.ts';
import type { Subgraphs } from '../../systems/supergraph.ts';
import type { System } from '../../systems/system.ts';
import { logIn } from '../log-in.ts';
import type { Bench } from '../question.ts';
import type { HitCase } from './cases.ts';

/** What `--systems` and tables call them, in the order of tables. */
export const systemNames = {
  bare: 'bare node:http',
  'bare-get': 'bare + one Redis GET',
  l1: 'ours, hit in memory',
  l2: 'ours, hit in Redis',
  stock: 'stock gateway + plugin',
} as const;
export type SystemId = keyof typeof systemNames;

/** Everybody who answers a case, from the cache already. */
interface Field extends AsyncDisposable {
  readonly contestants: readonly Contestant[];
  readonly bytes: number;
  /** @throws Error when anybody answers something else by now, or not from the cache */
  requireStillTheSame(): Promise<void>;
}

/**
 * Starts the bare servers of a case, and has everybody answer from the cache.
 *
 * @param gateways the first has the answers that all others are compared with
 */
export async function prepareCase(
  hitCase: HitCase,
  gateways: readonly System[],
  { redis }: Subgraphs,
  { folder, options, wantsSystem }: Bench,
): Promise<Field> {
  const [first] = gateways;
  if (first === undefined) throw new Error('there is no gateway to take the answers from');
  const requestOf = await requestsOf(hitCase, first);
  const reference = await untilHit(first, requestOf(first));
  hitCase.check?.(reference);

  const takesPart = (id: string) => wantsSystem(id) && hitCase.systems.includes(id);
  const systems = gateways.filter(({ id }) => takesPart(id));
  await using starting = new AsyncDisposableStack();
  for (const id of ['bare', 'bare-get'] as const) {
    if (!takesPart(id)) continue;
    const constant = { id, name: systemNames[id], answer: reference, folder, signal: options.signal };
    systems.push(starting.use(await startConstant({ ...constant, ...(id === 'bare-get' ? { redis } : {}) })));
  }
  const order: readonly string[] = Object.keys(systemNames);
  systems.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));

  const contestants: Contestant[] = [];
  for (const system of systems) {
    const request = requestOf(system);
    const expected = await untilHit(system, request);
    requireSameAnswer(system.name, expected, reference);
    contestants.push({ system, request, expected });
  }
  const floors = starting.move();
  return {
    contestants,
    bytes: reference.body.length,
    async requireStillTheSame() {
      for (const { system, request } of contestants)
        requireSameAnswer(system.name, await untilHit(system, request), reference);
    },
    [Symbol.asyncDispose]: () => floors.disposeAsync(),
  };
}

/** What each system is sent: the same to all of them. */
async function requestsOf(
  { query, headers, signedIn, revalidates }: HitCase,
  gateway: System,
): Promise<(system: System) => LoadRequest> {
  const base = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      ...headers,
      ...(signedIn ? { authorization: `Bearer ${await logIn(gateway.url)}` } : {}),
    },
    body: JSON.stringify({ query }),
  };
  if (!revalidates) return ({ url }) => ({ ...base, url });
  const kept: Answer = await untilHit(gateway, { ...base, url: gateway.url });
  // By GET: a POST has nothing that HTTP could revalidate.
  const condition = { 'accept-encoding': 'identity', 'if-none-match': String(kept.headers.etag) };
  const search = new URLSearchParams({ query });
  return ({ url }) => ({
    url: `${url}?${search}`,
    method: 'GET',
    headers: { ...condition, 'apollo-require-preflight': 'true' },
    body: '',
  });
}
