import { installPeers } from '../../peers/install.ts';
import { startGateway } from '../../systems/gateway.ts';
import { startPeerGateway } from '../../systems/peer-gateway.ts';
import type { System } from '../../systems/system.ts';
import type { Bench } from '../question.ts';
import { startJoin } from './join.ts';
import type { Profiles } from './profiles.ts';
import { variants } from './variants.ts';

/** All that are measured, by what `--systems` calls them. */
export const systemNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(variants.map(({ id, name }) => [id, name])),
  stock: 'stock gateway',
  hive: 'Hive Gateway',
  join: 'hand-written join',
  'join-coalesced': 'hand-written join, coalesced',
};

export type Systems = AsyncDisposable & { readonly all: readonly System[] };

/** Each in a process of its own, and all of them on the same PostgreSQL. */
export async function startSystems(bench: Bench, { subgraphs }: Profiles): Promise<Systems> {
  const { folder, say, wantsSystem } = bench;
  const { signal } = bench.options;
  const { databases } = subgraphs;
  await using starting = new AsyncDisposableStack();
  const all: System[] = [];
  const add = (system: System & AsyncDisposable) => void all.push(starting.use(system));
  const common = (id: string) => ({ id, name: systemNames[id] ?? id, folder, signal });

  /** A gateway's work is that of its databases, too. */
  const withDatabases = (gateway: System & AsyncDisposable) => ({
    ...gateway,
    processes: { ...gateway.processes, PostgreSQL: databases.pid },
    counters: async () => ({
      ...(await gateway.counters?.()),
      ...(await databases.counters(['users', 'posts'])),
    }),
  });
  for (const { id, env } of variants)
    if (wantsSystem(id)) add(withDatabases(await startGateway({ ...common(id), subgraphs, env })));
  for (const [id, program] of Object.entries({ stock: 'stock-uncached', hive: 'hive' } as const)) {
    if (!wantsSystem(id)) continue;
    await installPeers(say);
    add(withDatabases(await startPeerGateway({ ...common(id), program, subgraphs })));
  }
  if (wantsSystem('join')) add(await startJoin({ ...common('join'), databases, coalesces: false }));
  if (wantsSystem('join-coalesced'))
    add(await startJoin({ ...common('join-coalesced'), databases, coalesces: true }));
  const stack = starting.move();
  return { all, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
