// Plain JavaScript: its packages are in bench/package.json, and the project's type check must not need them.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { signCall } from '../../platform/signed-call.ts';
import { viewerOf } from './viewer.mjs';

const { PORT, SUBGRAPH_SECRET = '', SUBGRAPH_URLS = '', SUPERGRAPH_FILE = '' } = process.env;
const locations = SUBGRAPH_URLS.split(',').map((pair) => {
  const [name = '', location] = pair.split(/=(.*)/);
  return [name, { location }];
});

let calls = 0;

/** @type {import('@graphql-hive/gateway-runtime').GatewayPlugin} */
const counting = {
  onFetch() {
    calls += 1;
  },
};

/**
 * Our subgraphs answer signed calls only; others, which have no secret, any.
 *
 * @type {import('@graphql-hive/gateway-runtime').GatewayPlugin}
 */
const signing = {
  async onFetch({ url, options, setOptions, executionRequest }) {
    const [audience = ''] = locations.find(([, { location }]) => location === url) ?? [];
    const viewer = await viewerOf(executionRequest?.context?.headers?.authorization);
    const signed = { audience, viewer, body: String(options.body), now: Date.now() };
    const headers = signCall({ secrets: [SUBGRAPH_SECRET], ...signed });
    setOptions({ ...options, headers: { ...options.headers, ...headers } });
  },
};

const gateway = createGatewayRuntime({
  supergraph: await readFile(SUPERGRAPH_FILE, 'utf8'),
  transportEntries: Object.fromEntries(locations),
  plugins: () => (SUBGRAPH_SECRET === '' ? [counting] : [counting, signing]),
  logging: 'error',
});
const server = createServer((request, response) => {
  if (request.url === '/subgraph-calls') response.end(String(calls));
  else gateway(request, response);
});
server.listen(Number(PORT), '127.0.0.1');
