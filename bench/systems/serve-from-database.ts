import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Pool } from 'pg';

/** What is read of a GraphQL request by who knows which ones come. */
export interface AskedByName {
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Bare node:http before one database, as PORT and DATABASE_URL say.
 *
 * @param createAnswer makes what finds the JSON text of an answer's `data`
 */
export function serveFromDatabase(
  createAnswer: (pool: Pool) => (asked: AskedByName) => Promise<string>,
): void {
  const { PORT, DATABASE_URL } = process.env;
  // An array has to be planned once, too: PostgreSQL takes the general plan for dearer than planning it for each call.
  const pool = new Pool({
    connectionString: DATABASE_URL,
    max: 10,
    options: '-c plan_cache_mode=force_generic_plan',
  });
  const answer = createAnswer(pool);
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.end();
    const { operationName, variables = {} } = JSON.parse(await text(request));
    const data = await answer({ operationName, variables, headers: request.headers });
    const body = Buffer.from(`{"data":${data}}\n`);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
  server.listen(Number(PORT), '127.0.0.1');
}
