import type { Experiment } from './experiment.ts';
import { gatewayExperiments } from './gateways.ts';
import { postgresExperiments } from './postgres.ts';
import { redisExperiments } from './redis.ts';
import { subgraphExperiments } from './subgraphs.ts';

export const allExperiments: readonly Experiment[] = [
  ...redisExperiments,
  ...postgresExperiments('users'),
  ...postgresExperiments('posts'),
  ...subgraphExperiments('users'),
  ...subgraphExperiments('posts'),
  ...gatewayExperiments,
];
