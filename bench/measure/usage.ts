import type { System } from '../systems/system.ts';
import { cpuTimeMs } from './cpu-time.ts';
import { peakMemoryMb } from './peak-memory.ts';

export type Figures = Readonly<Record<string, number>>;

/** What a system has used and done so far. */
export interface Usage {
  readonly cpuMs: Figures;
  readonly counters: Figures;
}

export async function usageOf({ processes, counters }: System): Promise<Usage> {
  const cpuMs: Record<string, number> = {};
  for (const [name, pid] of Object.entries(processes)) {
    const time = await cpuTimeMs(pid);
    if (time !== undefined) cpuMs[name] = time;
  }
  return { cpuMs, counters: (await counters?.()) ?? {} };
}

/** What came on top between two looks, for each of so many requests. */
export function perRequest(before: Usage, after: Usage, requests: number): Usage {
  return {
    cpuMs: share(before.cpuMs, after.cpuMs, requests),
    counters: share(before.counters, after.counters, requests),
  };
}

function share(before: Figures, after: Figures, requests: number): Figures {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, (value - (before[name] ?? 0)) / requests]),
  );
}

/** What tables call the most memory that a server held at once, from its start on. */
export const peakMemory = 'peak MB';

export async function peakOf({ processes: { server } }: System): Promise<Figures> {
  const peakMb = server === undefined ? undefined : await peakMemoryMb(server);
  return peakMb === undefined ? {} : { [peakMemory]: peakMb };
}
