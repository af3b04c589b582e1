import type { GatewayChoice } from '../../systems/gateways.ts';

/** Nobody checks it here. Ours signs its calls all the same, as always. */
const common = {
  SUBGRAPH_SECRET: 'nobody checks what is signed with this',
  // What lists may hold the shop's schemas don't say, so that the storefront is taken for dearer than it is.
  MAX_OPERATION_COST: '1000000000',
  RATE_LIMIT_PER_MINUTE: '1000000000000',
};

/** Before subgraphs that read no envelopes, and with nothing shared between requests. */
export const oursAlone: GatewayChoice = {
  id: 'ours',
  name: 'ours, sharing off',
  env: { ...common, CACHE: 'off', ENVELOPE: 'off' },
};

/**
 * With the cache, which shares equal requests that are in flight. The shop says of nothing how long it holds, so nothing is
 * kept.
 */
export const oursSharing: GatewayChoice = {
  id: 'ours-sharing',
  name: 'ours, sharing on',
  env: common,
};

export const mercurius: GatewayChoice = {
  id: 'mercurius',
  name: 'Mercurius gateway',
  program: 'mercurius',
};
