import type { Aim, Row } from '../../report/report.ts';
import { summarise } from '../../report/summarise.ts';

/** From nothing until it says that it is ready; it is asked 20 times a second. */
export const readyMs = 'ready ms';
export const readyCpuMs = 'CPU ms until ready';
export const firstMs = 'first ms';
/** How many times as long the first request takes as those that come later. */
export const firstOfWarm = 'first / p50';

/** What issue 4 asks for. */
export function bootAims(rows: readonly Row[]): Aim[] {
  return rows.flatMap(({ id, name, samples }): Aim[] => {
    const measured = id.startsWith('ours') ? summarise(samples).figures[firstOfWarm] : undefined;
    if (measured === undefined) return [];
    return [
      {
        what: `first request after boot, of later ones; ${name}`,
        measured,
        must: 2,
        stretch: 1.3,
        better: 'less',
      },
    ];
  });
}
