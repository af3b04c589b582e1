import type { Profiler } from 'node:inspector';
import { placeOf, sourceOf } from './place-of.ts';

export interface ProfileSummary {
  /** In which anything was done. */
  readonly busyMs: number;
  /** Of busy time, from the largest on. */
  readonly places: readonly Share[];
  readonly functions: readonly (Share & { readonly source: string })[];
}

/** Self time: without that of what was called from there. */
interface Share {
  readonly name: string;
  readonly ofBusy: number;
}

/** Adds up where V8's samples were taken. @param root the folder of the project */
export function summariseProfile(profile: Profiler.Profile, root: string): ProfileSummary {
  const places = new Map<string, number>();
  const functions = new Map<string, { name: string; source: string; ms: number }>();
  const self = selfTimes(profile);
  let busyMs = 0;
  for (const { id, callFrame: frame } of profile.nodes) {
    const ms = self.get(id) ?? 0;
    const place = placeOf(frame, root);
    if (place === undefined || ms === 0) continue;
    busyMs += ms;
    places.set(place, (places.get(place) ?? 0) + ms);
    const [name, source] = [frame.functionName || '(anonymous)', sourceOf(frame, root)];
    const key = `${name} ${source}`;
    functions.set(key, { name, source, ms: (functions.get(key)?.ms ?? 0) + ms });
  }
  const share = (ms: number) => (busyMs === 0 ? 0 : ms / busyMs);
  return {
    busyMs,
    places: [...places].map(([name, ms]) => ({ name, ofBusy: share(ms) })).toSorted(byShare),
    functions: [...functions.values()]
      .map(({ name, source, ms }) => ({ name, source, ofBusy: share(ms) }))
      .toSorted(byShare),
  };
}

/** By node. What was on top of the stack when a sample was taken is believed to have been there until the next one. */
function selfTimes({ samples = [], timeDeltas = [] }: Profiler.Profile): Map<number, number> {
  const times = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    // Microseconds since the sample before; samples of several threads may come in another order than they were taken.
    const ms = Math.max(0, timeDeltas[index + 1] ?? 0) / 1_000;
    times.set(id, (times.get(id) ?? 0) + ms);
  }
  return times;
}

function byShare(one: Share, other: Share): number {
  return other.ofBusy - one.ofBusy;
}
