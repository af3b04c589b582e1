import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ask } from '../../bench/measure/ask.ts';
import { countRepresentations } from '../../bench/measure/count-representations.ts';

const user = (id: string) => ({ __typename: 'User', id });
const call = (...ids: string[]) => ({ query: '...', variables: { representations: ids.map(user) } });

test('representations of calls and of envelopes are counted, and the subgraph sees what was sent', async () => {
  const subgraph = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const answer = `${method} ${url} ${headers['x-signature']} ${await text(request)}`;
    response.writeHead(201, { 'x-envelope': '1' }).end(answer);
  });
  subgraph.listen(0, '127.0.0.1');
  await once(subgraph, 'listening');
  const { port } = subgraph.address() as AddressInfo;
  try {
    await using counter = await countRepresentations(`http://127.0.0.1:${port}/graphql`);
    const send = (value: unknown) => {
      const body = JSON.stringify(value);
      return ask({ url: counter.url, method: 'POST', headers: { 'x-signature': 's' }, body });
    };
    const plain = call('a', 'b', 'a');
    const { status, headers, body } = await send(plain);
    assert.equal(status, 201);
    assert.equal(headers['x-envelope'], '1');
    assert.equal(body.toString(), `POST /graphql s ${JSON.stringify(plain)}`);
    assert.deepEqual(counter.take(), { sent: 3, distinct: 2 });

    await send([{ requestId: '1', operation: call('a') }, { operation: call('b', 'c') }, { operation: {} }]);
    assert.deepEqual(counter.take(), { sent: 3, distinct: 3 });
    assert.deepEqual(counter.take(), { sent: 0, distinct: 0 });
  } finally {
    subgraph.closeAllConnections();
    subgraph.close();
  }
});
