import { hive, type Systems, startGateways, stock } from '../../systems/gateways.ts';
import type { System } from '../../systems/system.ts';
import type { Bench } from '../question.ts';
import { startJoin } from './join.ts';
import type { Profiles } from './profiles.ts';
import { variants } from './variants.ts';

const gateways = [...variants, stock, hive];
const joins = { join: 'hand-written join', 'join-coalesced': 'hand-written join, coalesced' } as const;

/** All that are measured, by what `--systems` calls them. */
export const systemNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(gateways.map(({ id, name }) => [id, name])),
  ...joins,
};

/** Each in a process of its own, and all of them on the same PostgreSQL. */
export async function startSystems(bench: Bench, { subgraphs }: Profiles): Promise<Systems> {
  await using starting = new AsyncDisposableStack();
  const started = starting.use(await startGateways(bench, subgraphs, gateways));
  const all: System[] = [...started.all];
  for (const [id, name] of Object.entries(joins)) {
    if (!bench.wantsSystem(id)) continue;
    const { folder, options } = bench;
    const common = { id, name, databases: subgraphs.databases, folder, signal: options.signal };
    all.push(starting.use(await startJoin({ ...common, coalesces: id === 'join-coalesced' })));
  }
  const stack = starting.move();
  return { all, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
