import type { LoadGenerator, LoadOptions, LoadRequest } from '../load/load-generator.ts';
import type { AttachedProfiler } from './attach-profiler.ts';
import { type ProfileSummary, summariseProfile } from './summarise-profile.ts';

/** @returns what each process did while the load was on, by the names of the profilers */
export async function profileLoad(
  profilers: ReadonlyMap<string, AttachedProfiler>,
  request: LoadRequest,
  load: LoadGenerator,
  options: LoadOptions,
  root: string,
): Promise<Map<string, ProfileSummary>> {
  const all = [...profilers];
  await Promise.all(all.map(([, profiler]) => profiler.start()));
  await load.run(request, options);
  const profiles = await Promise.all(
    all.map(async ([name, profiler]) => [name, await profiler.stop()] as const),
  );
  return new Map(profiles.map(([name, profile]) => [name, summariseProfile(profile, root)]));
}
