import { installPeers } from '../../peers/install.ts';
import { type GatewayChoice, hive, type Systems, startGateways, stock } from '../../systems/gateways.ts';
import { startStockSubgraphs } from '../../systems/stock-subgraphs.ts';
import type { System } from '../../systems/system.ts';
import type { Bench } from '../question.ts';
import { startJoin } from './join.ts';
import type { Profiles } from './profiles.ts';
import { variants } from './variants.ts';

const overOurs: readonly GatewayChoice[] = [
  ...variants,
  { ...stock, name: 'stock gateway over our subgraphs' },
  { ...hive, name: 'Hive Gateway over our subgraphs' },
];
/** Whole systems of others: what makes our subgraphs cheap is nothing that they profit from. */
const overStock: readonly GatewayChoice[] = [
  { ...stock, id: 'stock-system', name: 'stock gateway over stock subgraphs' },
  { ...hive, id: 'hive-system', name: 'Hive Gateway over stock subgraphs' },
];
const joins = { join: 'hand-written join', 'join-coalesced': 'hand-written join, coalesced' } as const;

/** All that are measured, by what `--systems` calls them. */
export const systemNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...overOurs, ...overStock].map(({ id, name }) => [id, name])),
  ...joins,
};

/** Whether the command line leaves any of them in. */
export function wantsStockSubgraphs({ wantsSystem }: Bench): boolean {
  return overStock.some(({ id }) => wantsSystem(id));
}

/** Each in a process of its own, and all of them on the same PostgreSQL. */
export async function startSystems(bench: Bench, { subgraphs }: Profiles): Promise<Systems> {
  await using starting = new AsyncDisposableStack();
  const { folder, say, options } = bench;
  const { databases } = subgraphs;
  const { signal } = options;
  const all: System[] = [...starting.use(await startGateways(bench, subgraphs, overOurs)).all];
  if (wantsStockSubgraphs(bench)) {
    await installPeers(say);
    const stockSubgraphs = starting.use(await startStockSubgraphs({ databases, folder, signal }));
    all.push(...starting.use(await startGateways(bench, stockSubgraphs, overStock)).all);
  }
  for (const [id, name] of Object.entries(joins)) {
    if (!bench.wantsSystem(id)) continue;
    const common = { id, name, databases, folder, signal };
    all.push(starting.use(await startJoin({ ...common, coalesces: id === 'join-coalesced' })));
  }
  const stack = starting.move();
  return { all, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
