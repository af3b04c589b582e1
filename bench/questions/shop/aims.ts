import type { Sample } from '../../measure/rounds.ts';
import { peakMemory } from '../../measure/usage.ts';
import type { Aim } from '../../report/report.ts';
import { summarise } from '../../report/summarise.ts';
import { counterNames } from '../../shop/shop.ts';
import type { ClientsTable } from '../compare-reads.ts';

/** Everything that is asked for twice asks a gateway to share; these ask it to be quick, frugal and not to repeat itself. */
export function guildAims(tables: readonly ClientsTable[]): Aim[] {
  return tables.flatMap((table) => [
    ...perCpu(table, 'ours', 'sharing off', [5, 10]),
    ...perCpu(table, 'ours-sharing', 'sharing on', [17, 40]),
    ...memory(table, 'ours', 'sharing off'),
    ...memory(table, 'ours-sharing', 'sharing on'),
    ...representations(table),
  ]);
}

export function plainAims(tables: readonly ClientsTable[]): Aim[] {
  return tables.flatMap((table) => [
    ...gatewayCpu(table, 'stock', [0.25, 0.15]),
    ...gatewayCpu(table, 'hive', [0.2, 0.1]),
    ...memory(table, 'ours', 'sharing off'),
    ...representations(table),
  ]);
}

type Bounds = readonly [must: number, stretch: number];

/** An aim whose systems, or whose figure, were left out is left out, too. */
function compare(
  what: string,
  [one, other]: readonly [number | undefined, number | undefined],
  [must, stretch]: Bounds,
  better: Aim['better'],
): Aim[] {
  if (one === undefined || other === undefined || other === 0) return [];
  return [{ what, measured: one / other, must, stretch, better }];
}

function perCpu(table: ClientsTable, ours: string, sharing: string, bounds: Bounds): Aim[] {
  const [us, stock] = [find(table, ours), find(table, 'stock')].map((sample) => sample?.cpuMs.server);
  const what = `requests per CPU second of the gateway, ${sharing}, of stock; ${table.title}`;
  return compare(what, [stock, us], bounds, 'more');
}

function gatewayCpu(table: ClientsTable, other: string, bounds: Bounds): Aim[] {
  const figures = [find(table, 'ours')?.cpuMs.server, find(table, other)?.cpuMs.server] as const;
  return compare(`CPU of the gateway, of ${other}; ${table.title}`, figures, bounds, 'less');
}

function memory(table: ClientsTable, ours: string, sharing: string): Aim[] {
  const [us, hive] = [find(table, ours), find(table, 'hive')].map((sample) => sample?.figures[peakMemory]);
  return compare(`peak memory, ${sharing}, of hive; ${table.title}`, [us, hive], [0.5, 0.3], 'less');
}

function representations(table: ClientsTable): Aim[] {
  const counters = find(table, 'ours')?.counters;
  const figures = [
    counters?.[counterNames.representations],
    counters?.[counterNames.distinctRepresentations],
  ];
  const what = `representations sent, of distinct ones in the same fetch; ${table.title}`;
  return compare(what, [figures[0], figures[1]], [1, 1], 'less');
}

function find({ rows }: ClientsTable, system: string): Sample | undefined {
  const samples = rows.find(({ id }) => id === system)?.samples;
  return samples && summarise(samples);
}
