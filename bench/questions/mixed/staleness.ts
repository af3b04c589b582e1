import { ask, decode } from '../../measure/ask.ts';
import type { Requests } from '../../measure/same-answers.ts';
import type { System } from '../../systems/system.ts';

/**
 * How many of the answers that a system gives are older than what has been written.
 *
 * @param truth keeps nothing
 */
export async function countStale(
  system: System,
  truth: System,
  { bodies, ...request }: Requests,
): Promise<number> {
  let stale = 0;
  for (const body of bodies) {
    const [answer, wanted] = [
      decode(await ask({ ...request, body, url: system.url })),
      decode(await ask({ ...request, body, url: truth.url })),
    ];
    if (!answer.equals(wanted)) stale += 1;
  }
  return stale;
}
