import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Pool } from 'pg';
import { uuidOf } from '../../../platform/global-id.ts';
import { joinOf, joinOfMany } from './join-sql.ts';

/** The hand-written join: see join.ts. */
const { PORT, DATABASE_URL, COALESCE } = process.env;
const maxStatements = 2;

// An array has to be planned once, too: PostgreSQL takes the general plan for dearer than planning it for each call.
const pool = new Pool({
  connectionString: DATABASE_URL,
  max: 10,
  options: '-c plan_cache_mode=force_generic_plan',
});
const answerTo = COALESCE === 'on' ? coalescing() : askAlone;

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return void response.end();
  const { operationName, variables } = JSON.parse(await text(request));
  const uuid = uuidOf('User', variables.id) ?? '';
  const answer = await answerTo(uuid, operationName);
  const body = Buffer.from(`{"data":{"user":${answer ?? 'null'}}}\n`);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(Number(PORT), '127.0.0.1');

async function askAlone(uuid: string, operation: string): Promise<string | undefined> {
  const { rows } = await pool.query({ name: operation, text: joinOf(operation), values: [uuid] });
  return rows[0]?.answer;
}

/** Lets all that is asked while statements are under way wait for one of them to end, and asks it at once. */
function coalescing(): typeof askAlone {
  type Waiting = Map<string, ((answer: string | undefined) => void)[]>;
  const waiting = new Map<string, Waiting>();
  let running = 0;
  let isScheduled = false;

  const dispatch = () => {
    isScheduled = false;
    for (const [operation, batch] of waiting) {
      if (running >= maxStatements) return;
      waiting.delete(operation);
      running += 1;
      void askTogether(operation, batch).finally(() => {
        running -= 1;
        dispatch();
      });
    }
  };
  return (uuid, operation) =>
    new Promise((resolve) => {
      const batch: Waiting = waiting.get(operation) ?? new Map();
      waiting.set(operation, batch.set(uuid, [...(batch.get(uuid) ?? []), resolve]));
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(dispatch);
    });

  async function askTogether(operation: string, batch: Waiting): Promise<void> {
    const statement = {
      name: `${operation} of many`,
      text: joinOfMany(operation),
      values: [[...batch.keys()]],
    };
    const { rows } = await pool.query<{ id: string; answer: string }>(statement);
    const answers = new Map(rows.map(({ id, answer }) => [id, answer]));
    for (const [uuid, resolves] of batch) for (const resolve of resolves) resolve(answers.get(uuid));
  }
}
