import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compose } from '../../gateway/composition/compose.ts';
import { freePort } from '../../local/free-port.ts';
import { ask } from '../measure/ask.ts';
import { startProcess } from '../systems/process.ts';
import type { Services } from '../systems/services.ts';
import type { ShopSize } from './data.ts';
import { shopSubgraphs } from './subgraphs.ts';

/** What shop.main.ts is told. */
export interface ShopProgram {
  readonly size: ShopSize;
  /** Of each subgraph, by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly countsPort: number;
}

/** What subgraph.main.mjs is told. */
export interface SubgraphThread {
  readonly name: string;
  readonly port: number;
  readonly size: ShopSize;
  /** Shared by all, by the places of {@link countedAs}. */
  readonly counts: Int32Array;
}

/** Where each count is kept. */
export const countedAs = { fetches: 0, representations: 1, distinctRepresentations: 2 } as const;

/** What tables call them. */
export const counterNames = {
  fetches: 'fetches',
  representations: 'representations',
  distinctRepresentations: 'distinct ones',
} as const satisfies Record<keyof typeof countedAs, string>;

/** Starts the subgraphs of a shop, in one process, and composes them. */
export async function startShop(options: {
  size: ShopSize;
  folder: string;
  signal: AbortSignal;
}): Promise<Services & AsyncDisposable> {
  const { size, folder, signal } = options;
  const ports: Record<string, number> = {};
  for (const { name } of shopSubgraphs) ports[name] = await freePort();
  const urlOf = (name: string) => `http://127.0.0.1:${ports[name]}/graphql`;
  const supergraphFile = join(folder, 'shop.graphql');
  const { supergraph } = await compose(
    shopSubgraphs.map(({ name, sdl }) => ({ name, sdl, url: urlOf(name), file: 'subgraphs.ts' })),
  );
  await writeFile(supergraphFile, supergraph);

  const countsPort = await freePort();
  const program: ShopProgram = { size, ports, countsPort };
  const started = await startProcess({
    name: 'shop',
    args: [join(import.meta.dirname, 'shop.main.ts'), JSON.stringify(program)],
    readyUrl: `http://127.0.0.1:${countsPort}`,
    folder,
    signal,
  });
  const counts = { url: `http://127.0.0.1:${countsPort}`, method: 'GET', headers: {}, body: '' };
  return {
    gatewayEnvironment: {
      SUPERGRAPH_FILE: supergraphFile,
      SUBGRAPH_URLS: shopSubgraphs.map(({ name }) => `${name}=${urlOf(name)}`).join(','),
    },
    processes: { subgraphs: started.pid },
    async counters() {
      const { body } = await ask(counts);
      const figures: Record<keyof typeof countedAs, number> = JSON.parse(body.toString());
      return {
        [counterNames.fetches]: figures.fetches,
        [counterNames.representations]: figures.representations,
        [counterNames.distinctRepresentations]: figures.distinctRepresentations,
      };
    },
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
