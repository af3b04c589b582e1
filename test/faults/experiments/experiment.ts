import { setTimeout as wait } from 'node:timers/promises';
import type { House } from '../house/house.ts';
import type { Load } from '../measure/load.ts';
import { type Kind, kinds, type Tally } from '../measure/tally.ts';

/** Longer than answers are served without word from their database (2 s, and what two clocks may differ by). */
const defaultLastsMs = 4_000;

/**
 * Something that breaks, and what the house promises all the same. Not said, because it holds for each: no answer is older than it
 * may be, whoever fails is told so with a code, and all is well again after it by itself.
 */
export interface Experiment {
  readonly name: string;
  /** Why it can't be played here, in words. */
  readonly leftOut?: (house: House) => string | undefined;
  /** Requests go through nginx, not to the gateways. */
  readonly throughBalancer?: true;
  break(house: House): Promise<void>;
  /** How long it stays broken, in milliseconds, after `break` is done. */
  readonly lastsMs?: number;
  mend(house: House): Promise<void>;
  readonly promise: {
    /** Whose requests may fail, with which codes. All others get whole answers all the time. */
    readonly harmed?: readonly Kind[];
    readonly codes?: readonly string[];
    /** Answers are not kept meanwhile; otherwise those whose subgraphs are well are served from the cache. */
    readonly withoutCache?: true;
    /** How many requests may be lost besides, whatever they are: those that were just being answered by what was killed. */
    readonly cutOff?: number;
  };
}

/** What was seen, from the moment before the fault to that at which all was well again. */
export interface Result {
  readonly name: string;
  readonly tally: Tally;
  /** From the end of the fault to several whole answers in a row for every client. */
  readonly healedAfterMs: number;
  /** Where the promise was not kept, in words. */
  readonly violations: readonly string[];
}

/** Plays one under load. */
export async function play(experiment: Experiment, house: House, load: Load): Promise<Result> {
  const { name, throughBalancer, lastsMs = defaultLastsMs } = experiment;
  const [one, other] = house.gateways;
  const { balancer } = house;
  load.enterBy(throughBalancer && balancer !== undefined ? [balancer, balancer] : [one.url(), other.url()]);
  await load.untilHealthy();
  const tally = load.startCounting();
  const violations: string[] = [];
  try {
    await experiment.break(house);
    await wait(lastsMs);
  } finally {
    await experiment.mend(house);
  }
  const mended = performance.now();
  await load.untilHealthy().catch((error: Error) => violations.push(error.message));
  return {
    name,
    tally,
    healedAfterMs: performance.now() - mended,
    violations: [...violations, ...violationsOf(experiment, tally)],
  };
}

function violationsOf({ promise }: Experiment, tally: Tally): string[] {
  const { harmed = [], codes = [], withoutCache = false, cutOff = 0 } = promise;
  const { counts, stale, broken } = tally;
  const violations: string[] = [];
  if (stale.length > 0) violations.push(`${stale.length} stale: ${stale[0]}`);
  const unexpected = [...tally.codes].filter((code) => !codes.includes(code));
  if (unexpected.length > 0) violations.push(`unexpected codes: ${unexpected.join(', ')}`);
  const unharmed = kinds.filter((kind) => !harmed.includes(kind));
  const failed = unharmed.map((kind) => counts[kind].partial + counts[kind].refused);
  const lost = failed.reduce((sum, count) => sum + count, broken.length);
  if (lost > cutOff)
    violations.push(
      ...unharmed.map((kind, index) => `${kind}: ${failed[index]} of ${counts[kind].sent} failed`),
      `${broken.length} without an answer: ${broken[0] ?? ''}`,
    );
  for (const kind of unharmed) {
    const { whole, hits } = counts[kind];
    if (whole === 0) violations.push(`${kind}: no whole answer`);
    if (!withoutCache && !kind.endsWith('writes') && hits === 0)
      violations.push(`${kind}: nothing came from the cache`);
  }
  return violations;
}
