import type { Redis } from 'ioredis';
import type { Logger } from '../../platform/logging.ts';
import { createRedisConnection } from '../../platform/redis-connection.ts';

/** How long one command may take, in milliseconds, before the subgraph does without. */
const commandTimeoutMs = 100;

/** What the replicas of a subgraph remember together, each by itself while it is away; undefined without REDIS_URL. */
export function createSharedMemory(url: string | undefined, logger: Logger): Redis | undefined {
  if (url === undefined) return undefined;
  const whileAway = 'each replica remembers calls and attempts by itself';
  return createRedisConnection({ url, commandTimeoutMs, whileAway, logger });
}
