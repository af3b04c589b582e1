import { setTimeout as wait } from 'node:timers/promises';
import type { Experiment } from './experiment.ts';

/** Whatever happens to Redis, every request is answered in full: the cache is never in the way. */
const promise = { withoutCache: true } as const;

export const redisExperiments: readonly Experiment[] = [
  {
    name: 'Redis is killed, and comes back empty',
    break: ({ redis }) => redis.signal('SIGKILL'),
    mend: ({ redis }) => redis.restart(),
    promise,
  },
  {
    name: 'Redis is stopped, and goes on',
    break: ({ redis }) => redis.signal('SIGSTOP'),
    mend: ({ redis }) => redis.signal('SIGCONT'),
    promise,
  },
  {
    name: 'Redis is slower than anybody waits for it',
    break: async ({ redis }) => redis.proxy.delay(200),
    mend: async ({ redis }) => redis.proxy.delay(0),
    promise,
  },
  {
    name: 'nothing that is sent to Redis arrives',
    break: async ({ redis }) => redis.proxy.blackHole(true),
    mend: async ({ redis }) => redis.proxy.blackHole(false),
    promise,
  },
  {
    name: 'connections to Redis are cut again and again',
    async break({ redis }) {
      for (let time = 0; time < 10; time += 1) {
        redis.proxy.cut();
        await wait(200);
      }
    },
    lastsMs: 0,
    mend: async () => {},
    promise,
  },
];
