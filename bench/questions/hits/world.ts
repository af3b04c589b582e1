import { installPeers } from '../../peers/install.ts';
import { startGateway } from '../../systems/gateway.ts';
import { startPeerGateway } from '../../systems/peer-gateway.ts';
import { type Subgraphs, startSubgraphs } from '../../systems/supergraph.ts';
import type { System } from '../../systems/system.ts';
import type { Bench } from '../question.ts';
import { type SystemId, systemNames } from './contestants.ts';

/** The seed's defaults, on which the sizes of the answers rest. */
const seeding = { users: 200, posts: 2_000 };

interface HitsWorld extends AsyncDisposable {
  readonly subgraphs: Subgraphs;
  readonly gateways: readonly System[];
}

/** The gateways that are wanted, and what they stand before. */
export async function startHitsWorld(bench: Bench): Promise<HitsWorld> {
  const { folder, say, wantsSystem } = bench;
  const { signal } = bench.options;
  await using starting = new AsyncDisposableStack();
  const subgraphs = starting.use(await startSubgraphs({ folder, say, seeding, signal }));
  // No hit reaches PostgreSQL.
  const { PostgreSQL: _unused, ...processes } = subgraphs.processes;
  const services = { ...subgraphs, processes, counters: subgraphs.redis.counters };
  const common = (id: SystemId) => ({ id, name: systemNames[id], subgraphs: services, folder, signal });
  // The answers of all others are compared with this one's, so it is always there.
  const systems: System[] = [starting.use(await startGateway(common('l1')))];
  if (wantsSystem('l2'))
    systems.push(starting.use(await startGateway({ ...common('l2'), env: { CACHE_LOCAL_MB: '0' } })));
  if (wantsSystem('stock')) {
    await installPeers(say);
    systems.push(starting.use(await startPeerGateway({ ...common('stock'), program: 'stock' })));
  }
  const stack = starting.move();
  return { subgraphs, gateways: systems, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
