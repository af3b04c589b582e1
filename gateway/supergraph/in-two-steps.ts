import type { GatewayInterface } from '@apollo/server-gateway-interface';

/** A supergraph as a gateway tells of it: the schema that clients see, and all of its SDL. */
type LoadedSupergraph = Parameters<Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]>[0];

export interface GatewayInTwoSteps extends GatewayInterface {
  /**
   * Hears of a supergraph that is going to be served, one listener after the other, each of which may take its time: requests are
   * answered from the supergraph before until then. One that throws keeps it from being served.
   */
  beforeUse(listener: (supergraph: LoadedSupergraph) => void | Promise<void>): void;
  /** Resolves when the supergraph that was loaded last is served, rejects when it can't be. */
  inUse(): Promise<void>;
}

/**
 * A gateway of Apollo's has a new supergraph in service as soon as it has read it. This puts a step before that, for what would
 * otherwise be done while clients wait: who listens by `onSchemaLoadOrUpdate`, as Apollo Server does, hears of it when all
 * who listen by `beforeUse` have finished.
 */
export function inTwoSteps(gateway: GatewayInterface): GatewayInTwoSteps {
  const preparing: Parameters<GatewayInTwoSteps['beforeUse']>[0][] = [];
  const using = new Set<(supergraph: LoadedSupergraph) => void>();
  let taken: Promise<void> = Promise.resolve();

  const take = async (supergraph: LoadedSupergraph) => {
    for (const prepare of preparing) await prepare(supergraph);
    for (const use of using) use(supergraph);
  };
  gateway.onSchemaLoadOrUpdate((supergraph) => {
    taken = take(supergraph);
    // Whoever loads it hears of it by inUse, but at the start only some turns later.
    taken.catch(() => undefined);
  });

  return {
    async load(options) {
      const loaded = await gateway.load(options);
      await taken;
      return loaded;
    },
    onSchemaLoadOrUpdate(listener) {
      using.add(listener);
      return () => using.delete(listener);
    },
    stop: () => gateway.stop(),
    beforeUse: (listener) => preparing.push(listener),
    inUse: () => taken,
  };
}
