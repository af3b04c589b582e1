import type { Aim, Table } from '../../report/report.ts';
import { summarise, totalCpuMs } from '../../report/summarise.ts';

/** Issue 4: 10 000 000 posts cost at most 1.3 times what 10 000 cost. */
export function growthAims(tables: readonly Table[]): Aim[] {
  return tables.flatMap(({ title, rows }) => {
    const [few, many] = ['10000', '10000000'].map((system) => {
      const samples = rows.find(({ id }) => id === system)?.samples;
      return samples && summarise(samples);
    });
    if (few === undefined || many === undefined) return [];
    const [cpuFew, cpuMany] = [totalCpuMs(few), totalCpuMs(many)];
    return [
      {
        what: `p50 with 10 000 000 posts, of 10 000; ${title}`,
        measured: many.p50Ms / few.p50Ms,
        byCpu: cpuFew === undefined || cpuMany === undefined ? undefined : cpuMany / cpuFew,
        must: 1.3,
        stretch: 1.1,
        better: 'less',
      },
    ];
  });
}
