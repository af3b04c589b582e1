import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Supergraph } from '@apollo/federation-internals';
import { readGatewayConfig } from '../../gateway/config.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { captureLog } from './support/captured-log.ts';

/** What a start takes: in a file of its own, for what other tests load is loaded in their process. */

const supergraphFile = fileURLToPath(new URL('../../supergraph.graphql', import.meta.url));

async function startGateway(env: Record<string, string> = {}) {
  const config = readGatewayConfig({
    PORT: '0',
    ADMIN_PORT: '0',
    CACHE: 'off',
    SUPERGRAPH_FILE: supergraphFile,
    SUBGRAPH_SECRET: 'a secret of more than thirty-two characters',
    ...env,
  });
  const gateway = createGateway(config, { logger: captureLog().logger });
  await gateway.start();
  return { [Symbol.asyncDispose]: () => gateway.stop() };
}

const isLoaded = (name: string) =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes(`/node_modules/${name}/`));

test('a start reads the supergraph once, and loads nothing that only others of its executors need', async () => {
  const reading = mock.method(Supergraph, 'build');
  {
    await using _ = await startGateway();
    assert.equal(reading.mock.callCount(), 1);
    assert(isLoaded('@apollo/query-planner'));
    assert(!isLoaded('@apollo/gateway'));
    assert(!isLoaded('@apollo/composition'));
  }
  await using _ = await startGateway({ EXECUTOR: 'stock' });
  assert(isLoaded('@apollo/gateway'));
});
