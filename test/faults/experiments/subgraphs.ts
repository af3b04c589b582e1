import { setTimeout as wait } from 'node:timers/promises';
import type { Kind } from '../measure/tally.ts';
import type { Experiment } from './experiment.ts';

export function subgraphExperiments(subgraph: 'users' | 'posts'): readonly Experiment[] {
  const harmed: readonly Kind[] = [subgraph, 'both', `${subgraph} writes`];
  const promise = { harmed, codes: ['SUBGRAPH_UNAVAILABLE'] };
  return [
    {
      name: `${subgraph} is killed, and started again`,
      async break({ subgraphs }) {
        await subgraphs[subgraph].end('SIGKILL');
      },
      mend: ({ subgraphs }) => subgraphs[subgraph].start(),
      promise,
    },
    {
      name: `${subgraph} is stopped, and goes on`,
      break: async ({ subgraphs }) => subgraphs[subgraph].kill('SIGSTOP'),
      mend: async ({ subgraphs }) => subgraphs[subgraph].kill('SIGCONT'),
      promise,
    },
    {
      name: `nothing that is sent to ${subgraph} arrives`,
      break: async ({ subgraphs }) => subgraphs[subgraph].proxy.blackHole(true),
      mend: async ({ subgraphs }) => subgraphs[subgraph].proxy.blackHole(false),
      promise,
    },
    {
      name: `${subgraph} answers late`,
      break: async ({ subgraphs }) => subgraphs[subgraph].proxy.delay(100),
      mend: async ({ subgraphs }) => subgraphs[subgraph].proxy.delay(0),
      promise: {},
    },
    {
      name: `connections to ${subgraph} are cut again and again`,
      async break({ subgraphs }) {
        for (let time = 0; time < 10; time += 1) {
          subgraphs[subgraph].proxy.cut();
          await wait(200);
        }
      },
      lastsMs: 0,
      mend: async () => {},
      promise,
    },
    {
      name: `${subgraph} is replaced: the next process first, then the old one ends`,
      break: ({ subgraphs }) => subgraphs[subgraph].replace(),
      lastsMs: 0,
      mend: async () => {},
      promise: {},
    },
  ];
}
