import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { clientCount } from '../measure/load.ts';
import type { Experiment } from './experiment.ts';

const needsNginx = ({ balancer }: { balancer: string | undefined }) =>
  balancer === undefined ? 'needs nginx (Debian: apt-get install nginx-light)' : undefined;

/** As docs/deployment.md says. nginx counts whole seconds, so that its one second may be nearly three. */
const untilNginxKnowsMs = 4_000;

export const gatewayExperiments: readonly Experiment[] = [
  {
    name: 'a gateway is killed; the other one takes over',
    async break({ gateways: [gateway] }) {
      await gateway.end('SIGKILL');
    },
    mend: ({ gateways: [gateway] }) => gateway.start(),
    promise: { cutOff: clientCount },
  },
  {
    name: 'a gateway is told to stop; the other one takes over',
    async break({ gateways: [gateway] }) {
      assert.equal(await gateway.end('SIGTERM'), 0, 'the exit code');
    },
    mend: ({ gateways: [gateway] }) => gateway.start(),
    promise: {},
  },
  {
    name: 'a gateway behind nginx is killed; the other one takes over',
    leftOut: needsNginx,
    throughBalancer: true,
    async break({ gateways: [gateway] }) {
      await gateway.end('SIGKILL');
    },
    mend: ({ gateways: [gateway] }) => gateway.start(),
    promise: { cutOff: clientCount, codes: ['OVERLOADED'] },
  },
  {
    name: 'everything behind nginx is replaced, one process after the other',
    leftOut: needsNginx,
    throughBalancer: true,
    async break({ gateways, subgraphs }) {
      for (const subgraph of Object.values(subgraphs)) await subgraph.replace();
      for (const gateway of gateways) {
        assert.equal(await gateway.end('SIGTERM'), 0, 'the exit code');
        await gateway.start();
        await wait(untilNginxKnowsMs);
      }
    },
    lastsMs: 0,
    mend: async () => {},
    promise: {},
  },
];
