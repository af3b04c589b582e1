import { createHash } from 'node:crypto';
import type { Sql } from '@prisma/client/runtime/client';
import { type CustomTypesConfig, type Pool, type QueryResultRow, types } from 'pg';

/**
 * Reads that most requests need, past Prisma: as named statements, which a connection parses and plans once. Prisma plans each
 * statement anew, and building it and its rows costs more than reading them (docs/benchmarks.md, `unique`). Only for what all
 * requests read together (shared-reads.ts); everything else is Prisma's. Tests hold what is read here to what Prisma
 * returns, and its plans to reading no more than they return.
 */
export interface NamedReads {
  /**
   * @param statement made by the `sql` tag. Its text is the same at every call, but for a few shapes: each one is kept by every
   *   connection until it closes.
   */
  read<Row extends QueryResultRow>(statement: Sql): Promise<Row[]>;
}

/** @param pool one with generic plans: see database-pool.ts */
export function createNamedReads(pool: Pool): NamedReads {
  const names = new Map<string, string>();
  return {
    async read<Row extends QueryResultRow>({ text, values }: Sql) {
      let name = names.get(text);
      if (name === undefined) {
        // A connection that knows the name under another text would refuse it.
        name = createHash('sha256').update(text).digest('base64url');
        names.set(text, name);
      }
      const { rows } = await pool.query<Row>({ name, text, values, types: typesOfReads });
      return rows;
    },
  };
}

const typesOfReads: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === types.builtins.TIMESTAMPTZ && format !== 'binary'
      ? parseTimestamp
      : types.getTypeParser(oid, format),
};

const parseAnyTimestamp = types.getTypeParser(types.builtins.TIMESTAMPTZ);

/** As pg does, but several times faster where the time is in UTC, as on our connections, and of our era. */
function parseTimestamp(text: string): Date {
  return /^\d{4}-.{14,18}\+00$/.test(text)
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : parseAnyTimestamp(text);
}
