import type { GraphQLSchema } from 'graphql';
import type { GatewayInTwoSteps } from '../supergraph/in-two-steps.ts';
import { readCostHints } from './cost-hints.ts';
import { createOperationCosts, type OperationCosts } from './operation-cost.ts';

/** What operations cost on each supergraph that is, or lately was, in service. */
export interface SupergraphCosts {
  /** @param schema the one that the gateway shows to clients, as it was told of it */
  of(schema: GraphQLSchema): OperationCosts;
}

/** To be made before anybody else prepares for new supergraphs: who does asks for their costs. */
export function createSupergraphCosts(gateway: Pick<GatewayInTwoSteps, 'beforeUse'>): SupergraphCosts {
  const known = new WeakMap<GraphQLSchema, OperationCosts>();
  gateway.beforeUse(({ apiSchema, coreSupergraphSdl }) => {
    known.set(apiSchema, createOperationCosts(apiSchema, readCostHints(coreSupergraphSdl)));
  });
  return {
    of(schema) {
      const costs = known.get(schema);
      if (costs === undefined) throw new Error('no supergraph was loaded with this schema');
      return costs;
    },
  };
}
