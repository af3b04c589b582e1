import type { LoadRequest } from '../load/load-generator.ts';
import type { System } from '../systems/system.ts';
import { type Answer, ask } from './ask.ts';
import { requireSameAnswer } from './same-answer.ts';

/** What is asked, but for where: several bodies in turn. */
export type Requests = Omit<LoadRequest, 'url'> & { readonly bodies: readonly string[] };

/** Requests, of those that are measured, whose answers are compared. */
const comparedAnswers = 48;

/**
 * Asks everybody for the same answers.
 *
 * @param full is in an answer that has all that the question is about
 * @returns the shortest of them: no answer may have less
 */
export async function requireSameAnswers(
  systems: readonly System[],
  requests: Requests,
  full: string,
): Promise<Answer> {
  const answers: Answer[] = [];
  for (const body of requests.bodies.slice(0, comparedAnswers)) {
    let reference: Answer | undefined;
    for (const system of systems) {
      const answer = withoutLineBreak(await ask({ ...requests, body, url: system.url }));
      reference ??= answer;
      requireSameAnswer(system.name, answer, reference);
    }
    if (reference) answers.push(reference);
  }
  const [shortest] = answers.toSorted((a, b) => a.body.length - b.body.length);
  if (shortest === undefined) throw new Error('there is nothing to ask for');
  if (!shortest.body.includes(full)) throw new Error(`an answer is not full: ${shortest.body}`);
  return shortest;
}

/** Apollo Server and whoever does as it does end an answer with one; Hive Gateway doesn't. */
function withoutLineBreak(answer: Answer): Answer {
  const { body } = answer;
  return body.at(-1) === 0x0a ? { ...answer, body: body.subarray(0, -1) } : answer;
}
