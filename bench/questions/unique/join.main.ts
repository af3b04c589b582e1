import type { Pool } from 'pg';
import { uuidOf } from '../../../platform/global-id.ts';
import { serveFromDatabase } from '../../systems/serve-from-database.ts';
import { joinOf, joinOfMany } from './join-sql.ts';

/** The hand-written join: see join.ts. */
const maxStatements = 2;

type Ask = (uuid: string, operation: string) => Promise<string | undefined>;

serveFromDatabase((pool) => {
  const ask = process.env.COALESCE === 'on' ? coalescing(pool) : alone(pool);
  return async ({ operationName, variables }) => {
    const user = await ask(uuidOf('User', String(variables.id)) ?? '', operationName);
    return `{"user":${user ?? 'null'}}`;
  };
});

function alone(pool: Pool): Ask {
  return async (uuid, operation) => {
    const { rows } = await pool.query({ name: operation, text: joinOf(operation), values: [uuid] });
    return rows[0]?.answer;
  };
}

/** Lets all that is asked while statements are under way wait for one of them to end, and asks it at once. */
function coalescing(pool: Pool): Ask {
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
