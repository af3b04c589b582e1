import type { Sample } from '../measure/rounds.ts';
import { median } from '../measure/statistics.ts';
import { peakMemory } from '../measure/usage.ts';
import type { Row } from './report.ts';

/** The samples' medians, each figure by itself; but of peaks the highest, for that is what one is. */
export function summarise(samples: readonly Sample[]): Sample {
  const peaks = samples.flatMap(({ figures }) => figures[peakMemory] ?? []);
  return {
    requestsPerSecond: median(samples.map((sample) => sample.requestsPerSecond)),
    p50Ms: median(samples.map((sample) => sample.p50Ms)),
    p99Ms: median(samples.map((sample) => sample.p99Ms)),
    cpuMs: medians(samples.map((sample) => sample.cpuMs)),
    counters: medians(samples.map((sample) => sample.counters)),
    figures: {
      ...medians(samples.map((sample) => sample.figures)),
      ...(peaks.length > 0 ? { [peakMemory]: Math.max(...peaks) } : {}),
    },
  };
}

/** Of all processes for one request; undefined where the operating system doesn't tell. */
export function totalCpuMs({ cpuMs }: Sample): number | undefined {
  const times = Object.values(cpuMs);
  return times.length === 0 ? undefined : times.reduce((sum, time) => sum + time, 0);
}

/** Names of all figures that any of the rows has, in the order of their first appearance. */
export function namesOf(rows: readonly Row[], kind: 'cpuMs' | 'counters' | 'figures'): string[] {
  const names = rows.flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample[kind])));
  return [...new Set(names)];
}

function medians(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = new Set(all.flatMap((figures) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((name) => [name, median(all.map((figures) => figures[name] ?? 0))]),
  );
}
