import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compose } from '../../gateway/composition/compose.ts';
import { freePort } from '../../local/free-port.ts';
import { ask } from '../measure/ask.ts';
import { requireNoOldPeers } from '../peers/install.ts';
import { startProcess } from '../systems/process.ts';
import type { Services } from '../systems/services.ts';
import type { ShopSize } from './data.ts';
import { shopSubgraphs } from './subgraphs.ts';

/** What shop.main.ts is told. */
export interface ShopProgram {
  readonly size: ShopSize;
  /** Where it tells its {@link ShopState}, once all subgraphs listen. */
  readonly port: number;
}

export interface ShopState {
  /** Of each subgraph, by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** By the names of {@link countedAs}. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What subgraph.main.mjs is told. */
export interface SubgraphThread {
  readonly name: string;
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
  await requireNoOldPeers();
  const program: ShopProgram = { size, port: await freePort() };
  const url = `http://127.0.0.1:${program.port}`;
  await using starting = new AsyncDisposableStack();
  const { pid } = starting.use(
    await startProcess({
      name: 'shop',
      args: [join(import.meta.dirname, 'shop.main.ts'), JSON.stringify(program)],
      readyUrl: url,
      folder,
      signal,
    }),
  );
  const state = async (): Promise<ShopState> =>
    JSON.parse((await ask({ url, method: 'GET', headers: {}, body: '' })).body.toString());

  const { ports } = await state();
  const urlOf = (name: string) => `http://127.0.0.1:${ports[name]}/graphql`;
  const supergraphFile = join(folder, 'shop.graphql');
  const { supergraph } = await compose(
    shopSubgraphs.map(({ name, sdl }) => ({ name, sdl, url: urlOf(name), file: 'subgraphs.ts' })),
  );
  await writeFile(supergraphFile, supergraph);
  const stack = starting.move();
  return {
    gatewayEnvironment: {
      SUPERGRAPH_FILE: supergraphFile,
      SUBGRAPH_URLS: shopSubgraphs.map(({ name }) => `${name}=${urlOf(name)}`).join(','),
    },
    processes: { subgraphs: pid },
    async counters() {
      const { counts } = await state();
      return Object.fromEntries(
        Object.entries(counterNames).map(([count, name]) => [name, counts[count] ?? Number.NaN]),
      );
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
