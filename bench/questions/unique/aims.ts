import type { Sample } from '../../measure/rounds.ts';
import type { Aim } from '../../report/report.ts';
import { summarise, totalCpuMs } from '../../report/summarise.ts';
import type { ClientsTable } from '../compare-reads.ts';

/** What a ratio has to reach. */
type Bounds = readonly [must: number, stretch: number];

/** What aims call the systems that ours is compared with. */
const names = {
  stock: 'stock over our subgraphs',
  hive: 'hive over our subgraphs',
  'stock-system': 'stock over stock subgraphs',
  'hive-system': 'hive over stock subgraphs',
  join: 'join',
} as const;

/**
 * What issue 4 asks for: of a gateway, beside others before the same subgraphs; of a system, beside whole systems of others. Where a
 * gateway before our subgraphs stands beside our system, there is no bound, for half of what is compared is ours. An aim
 * whose systems were left out is left out, too.
 */
export function uniqueAims(tables: readonly ClientsTable[]): Aim[] {
  return tables.flatMap(({ title, clients, rows }) => {
    const find = (system: string): Sample | undefined => {
      const samples = rows.find(({ id }) => id === system)?.samples;
      return samples && summarise(samples);
    };
    const compare = (
      what: string,
      better: Aim['better'],
      figure: (sample: Sample) => number | undefined,
      other: keyof typeof names,
      bounds: Bounds | undefined,
    ): Aim[] => {
      const [us, them] = [find('ours-compiled'), find(other)].map((sample) => sample && figure(sample));
      if (us === undefined || them === undefined) return [];
      const [must, stretch] = bounds ?? [];
      return [{ what: `${what}, of ${names[other]}; ${title}`, measured: us / them, must, stretch, better }];
    };
    const gatewayCpu = ({ cpuMs }: Sample) => cpuMs.server;
    const rate = ({ requestsPerSecond }: Sample) => requestsPerSecond;
    return [
      ...compare('CPU of the gateway', 'less', gatewayCpu, 'stock', [0.25, 0.15]),
      ...compare('CPU of the gateway', 'less', gatewayCpu, 'hive', [0.2, 0.1]),
      ...compare('CPU of all processes', 'less', totalCpuMs, 'stock-system', [0.12, 0.06]),
      ...compare('CPU of all processes', 'less', totalCpuMs, 'stock', undefined),
      // Someone who comes alone shares no statement with anybody.
      ...compare('CPU of all processes', 'less', totalCpuMs, 'join', clients === 1 ? [5, 3] : [2, 1.2]),
      ...compare('requests/s', 'more', rate, 'stock-system', [8, 16]),
      ...compare('requests/s', 'more', rate, 'stock', undefined),
      ...compare('requests/s', 'more', rate, 'hive-system', [8, 16]),
      ...compare('requests/s', 'more', rate, 'hive', undefined),
    ];
  });
}
