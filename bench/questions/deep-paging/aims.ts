import type { Sample } from '../../measure/rounds.ts';
import type { Aim, Table } from '../../report/report.ts';
import { summarise, totalCpuMs } from '../../report/summarise.ts';

/** The issue wants the same cost; so much may be noise. */
const bounds = { must: 1.2, stretch: 1.1, better: 'less' } as const;

/** Issue 4: page 10 000 costs what page 1 costs. */
export function deepPagingAims(tables: readonly Table[]): Aim[] {
  return tables.flatMap(({ title, rows }) => {
    const find = (page: string): Sample | undefined => {
      const samples = rows.find(({ id }) => id === `ours/${page}`)?.samples;
      return samples && summarise(samples);
    };
    const [near, far] = [find('1'), find('10000')];
    if (near === undefined || far === undefined) return [];
    const [cpuNear, cpuFar] = [totalCpuMs(near), totalCpuMs(far)];
    const byCpu = cpuNear === undefined || cpuFar === undefined ? undefined : cpuFar / cpuNear;
    return [
      { what: `p50 of page 10 000, of page 1; ${title}`, measured: far.p50Ms / near.p50Ms, byCpu, ...bounds },
    ];
  });
}
