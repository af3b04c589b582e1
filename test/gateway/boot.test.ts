import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Supergraph } from '@apollo/federation-internals';
import { readGatewayConfig } from '../../gateway/config.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { captureLog } from './support/captured-log.ts';

const supergraphFile = fileURLToPath(new URL('../../supergraph.graphql', import.meta.url));

async function startGateway() {
  const config = readGatewayConfig({
    PORT: '0',
    ADMIN_PORT: '0',
    CACHE: 'off',
    SUPERGRAPH_FILE: supergraphFile,
    SUBGRAPH_SECRET: 'a secret of more than thirty-two characters',
  });
  const gateway = createGateway(config, { logger: captureLog().logger });
  await gateway.start();
  return { [Symbol.asyncDispose]: () => gateway.stop() };
}

test('a start reads the supergraph once, for the library and for the compiled executor', async () => {
  const reading = mock.method(Supergraph, 'build');
  await using _ = await startGateway();
  assert.equal(reading.mock.callCount(), 1);
});
