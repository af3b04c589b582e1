import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { Kind } from '../measure/tally.ts';
import type { Experiment } from './experiment.ts';

/** OVERLOADED: no connection was to be had, or a statement took too long. */
const codes = ['SUBGRAPH_UNAVAILABLE', 'OVERLOADED'];

/** What goes wrong while a database does: only what needs it. */
function harmedWith(database: 'users' | 'posts') {
  const harmed: readonly Kind[] = [database, 'both', `${database} writes`];
  return { harmed, codes };
}

export function postgresExperiments(database: 'users' | 'posts'): readonly Experiment[] {
  const promise = harmedWith(database);
  let holder: Client | undefined;
  return [
    {
      name: `PostgreSQL of ${database} is restarted`,
      break: ({ databases }) => databases[database].stop(),
      lastsMs: 0,
      mend: ({ databases }) => databases[database].start(),
      promise,
    },
    {
      name: `PostgreSQL of ${database} crashes, and is away for a while`,
      break: ({ databases }) => databases[database].crash(),
      mend: ({ databases }) => databases[database].start(),
      promise,
    },
    {
      name: `all connections of PostgreSQL of ${database} are terminated, again and again`,
      async break({ databases }) {
        for (let time = 0; time < 5; time += 1) {
          await databases[database].terminateBackends();
          await wait(300);
        }
      },
      lastsMs: 0,
      mend: async () => {},
      promise,
    },
    {
      name: `nothing that is sent to PostgreSQL of ${database} arrives`,
      break: async ({ databases }) => databases[database].proxy.blackHole(true),
      mend: async ({ databases }) => databases[database].proxy.blackHole(false),
      promise,
    },
    {
      name: `connections to PostgreSQL of ${database} are cut again and again`,
      async break({ databases }) {
        for (let time = 0; time < 5; time += 1) {
          databases[database].proxy.cut();
          await wait(300);
        }
      },
      lastsMs: 0,
      mend: async () => {},
      promise,
    },
    {
      name: `PostgreSQL of ${database} answers late`,
      break: async ({ databases }) => databases[database].proxy.delay(20),
      mend: async ({ databases }) => databases[database].proxy.delay(0),
      promise: {},
    },
    {
      name: `a table of ${database} is locked until its pool is exhausted`,
      async break({ databases }) {
        holder = new Client({ connectionString: databases[database].directUrl });
        holder.on('error', () => {});
        await holder.connect();
        await holder.query(`BEGIN; LOCK TABLE ${database} IN ACCESS EXCLUSIVE MODE`);
      },
      async mend() {
        await holder?.end();
      },
      promise,
    },
    {
      name: `the disk of ${database} is full`,
      leftOut: ({ databases }) =>
        databases[database].smallDisk === undefined
          ? 'needs root on Linux, to mount a small disk'
          : undefined,
      async break({ databases }) {
        await databases[database].smallDisk?.fill();
      },
      async mend({ databases }) {
        await databases[database].smallDisk?.empty();
      },
      // Nothing that is read needs room on the disk.
      promise: { harmed: [`${database} writes`], codes: ['INTERNAL_SERVER_ERROR'] },
    },
  ];
}
