import type { GatewayChoice } from '../../systems/gateways.ts';

/** Our gateway, with switches that change what a miss costs. A line here is all that it takes to have one more measured. */
export const variants: readonly GatewayChoice[] = [
  { id: 'ours', name: 'ours, cache off, stock executor', env: { CACHE: 'off', EXECUTOR: 'stock' } },
  {
    id: 'ours-compiled',
    name: 'ours, cache off, compiled plans',
    env: { CACHE: 'off', EXECUTOR: 'compiled' },
  },
  // Nothing is kept in memory, so that what one run has stored can be taken away before the next.
  { id: 'ours-cached', name: 'ours, cache asked in vain', env: { CACHE_LOCAL_MB: '0' } },
];
