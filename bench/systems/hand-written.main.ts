import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Pool } from 'pg';
import type { StatementFor } from './hand-written.ts';

/** See hand-written.ts. */
const { PORT, DATABASE_URL } = process.env;
const { statementFor }: { statementFor: StatementFor } = await import(process.argv[2] ?? '');

// An array has to be planned once, too: PostgreSQL takes the general plan for dearer than planning it for each call.
const pool = new Pool({
  connectionString: DATABASE_URL,
  max: 10,
  options: '-c plan_cache_mode=force_generic_plan',
});

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return void response.end();
  const { operationName, variables = {} } = JSON.parse(await text(request));
  const subject = subjectOf(request.headers.authorization);
  const { name, text: sql, values } = statementFor({ operationName, variables, subject });
  const { rows } = await pool.query<{ data: string }>({ name, text: sql, values: [...values] });
  const body = Buffer.from(`{"data":${rows[0]?.data ?? 'null'}}\n`);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(Number(PORT), '127.0.0.1');

function subjectOf(authorization: string | undefined): string | undefined {
  const payload = authorization?.split('.')[1];
  return payload === undefined ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString()).sub;
}
