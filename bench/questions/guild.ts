import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installPeers } from '../peers/install.ts';
import type { Report } from '../report/report.ts';
import { storefront, storefrontRequests } from '../shop/requests.ts';
import { startShop } from '../shop/shop.ts';
import { hive, startGateways, stock } from '../systems/gateways.ts';
import { startRedis } from '../systems/redis.ts';
import { compareReads } from './compare-reads.ts';
import type { Question } from './question.ts';
import { guildAims } from './shop/aims.ts';
import { mercurius, oursAlone, oursSharing } from './shop/systems.ts';

const gateways = [oursAlone, oursSharing, stock, hive, mercurius];

/** The scenario of The Guild's public benchmark of gateways, rebuilt: everybody asks the same, deeply nested, 87 KB. */
export const guild: Question = {
  summary: "what a large answer costs that everybody asks for at once: The Guild's scenario, rebuilt",
  systems: gateways.map(({ id }) => id),
  cases: ['storefront'],
  clients: [64],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'shop') };
    await mkdir(bench.folder, { recursive: true });
    await installPeers(bench.say);
    await using redis = await startRedis(bench.folder);
    await using shop = await startShop({ ...bench, size: storefront, signal: bench.options.signal });
    const services = {
      gatewayEnvironment: { ...shop.gatewayEnvironment, REDIS_URL: redis.url },
      processes: { ...shop.processes, Redis: redis.pid },
      counters: shop.counters,
    };
    await using systems = await startGateways(bench, services, gateways);
    const reads = {
      id: 'storefront',
      title: 'storefront',
      requests: storefrontRequests,
      full: '"shippingCost":',
      against: 'stock',
    };
    const tables = await compareReads(systems.all, reads, bench, redis);
    return { title: "The Guild's scenario", tables, aims: guildAims(tables) } satisfies Report;
  },
};
