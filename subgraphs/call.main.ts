import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigError, readConfig, secretsField, urlField } from '../platform/config.ts';
import { runCommand } from '../platform/run-command.ts';
import { signCall } from '../platform/signed-call.ts';
import type { Viewer } from '../platform/viewer.ts';

const usage = `Calls a subgraph as the gateway does, for people who look into one.

  npm run call -- SUBGRAPH '{ ... }' [--url URL] [--variables JSON] [--as ACCOUNT_UUID]
  npm run call -- SUBGRAPH --proxy PORT [--url URL] [--as ACCOUNT_UUID]   signs whatever arrives on 127.0.0.1:PORT and passes
                                                                          it on, so that rover can look, too

SUBGRAPH is its name in supergraph.yaml, for which the call is signed. --url says where it is; users and posts are known.
SUBGRAPH_SECRET must be the gateway's (npm start prints it).
`;

const knownUrls: Readonly<Record<string, string>> = {
  users: 'http://localhost:4001/graphql',
  posts: 'http://localhost:4002/graphql',
};

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      variables: { type: 'string' },
      as: { type: 'string' },
      proxy: { type: 'string' },
    },
  });
  const [subgraph, query] = positionals;
  if (subgraph === undefined || (query === undefined) === (values.proxy === undefined))
    throw new ConfigError(usage);

  const { SUBGRAPH_SECRET: secrets, url } = readConfig(
    z.object({ SUBGRAPH_SECRET: secretsField(), url: urlField('http:', 'https:') }),
    { ...process.env, url: values.url ?? knownUrls[subgraph] },
  );
  const viewer: Viewer | null = values.as === undefined ? null : { subject: values.as };
  const call = (body: string) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signCall({ secrets, audience: subgraph, viewer, body, now: Date.now() }),
      },
      body,
    });

  if (values.proxy !== undefined) return serveProxy(Number(values.proxy), call);
  const answer = await call(JSON.stringify({ query, variables: JSON.parse(values.variables ?? '{}') }));
  process.stdout.write(`${JSON.stringify(await answer.json(), null, 2)}\n`);
});

/** Loopback only: whoever reaches this port is believed. */
function serveProxy(port: number, call: (body: string) => Promise<Response>): void {
  const server = createServer(async (request, response) => {
    // A web page in this machine's browser can post anything here but JSON without being asked for leave.
    if (request.headers['content-type']?.split(';')[0] !== 'application/json') {
      response.writeHead(415).end();
      return;
    }
    try {
      const answer = await call(await text(request));
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  server.listen(port, '127.0.0.1', () =>
    process.stdout.write(`Signing every call to http://127.0.0.1:${port}\n`),
  );
}
