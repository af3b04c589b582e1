import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import { settingsOfNamedReads } from '../../subgraphs/shared/database-pool.ts';
import type { NamedReads } from '../../subgraphs/shared/named-reads.ts';

/** What a statement cost, in things that are counted: the same on every machine. */
export interface Cost {
  /** Rows that were fetched from tables, also those that were then left out. */
  readonly rowsRead: number;
  readonly rowsReturned: number;
  /** Pages of tables and indexes that were looked at. */
  readonly buffers: number;
  /** What was scanned, by which index. */
  readonly scans: readonly string[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Heap Fetches'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs a statement, planned for its values, and says what it cost. */
export function costOf(pool: Pool, text: string, values: readonly unknown[]): Promise<Cost> {
  return explain(pool, text, values);
}

/** What the one statement cost that `read` sends, planned as named reads are. */
export async function costOfRead(pool: Pool, read: (reads: NamedReads) => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = [];
  await read({
    async read({ text, values }) {
      const client = await pool.connect();
      try {
        for (const setting of settingsOfNamedReads) await client.query(`SET ${setting}`);
        await client.query(`PREPARE measured AS ${text}`);
        costs.push(await explain(client, `EXECUTE measured (${values.map(literal).join(', ')})`, []));
        return (await client.query(text, values)).rows;
      } finally {
        client.release(true);
      }
    },
  });
  const [cost] = costs;
  if (cost === undefined || costs.length > 1)
    throw new Error(`${costs.length} statements were sent, not one`);
  return cost;
}

/** EXECUTE takes no parameters. */
function literal(value: unknown): string {
  return escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value));
}

async function explain(database: Pool | PoolClient, text: string, values: readonly unknown[]): Promise<Cost> {
  const { rows } = await database.query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`,
    [...values],
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error('EXPLAIN gave no plan');
  const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined);
  return {
    rowsRead: scans.reduce((sum, node) => sum + rowsFetched(node), 0),
    rowsReturned: plan['Actual Rows'] * plan['Actual Loops'],
    buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
    scans: scans.map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name']}`),
  };
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function rowsFetched(node: PlanNode): number {
  // An index alone gives rows without the table, except for pages that were written since the last VACUUM.
  if (node['Node Type'] === 'Index Only Scan') return node['Heap Fetches'] ?? 0;
  const left = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return (node['Actual Rows'] + left) * node['Actual Loops'];
}
