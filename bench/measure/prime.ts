import type { LoadRequest } from '../load/load-generator.ts';
import type { System } from '../systems/system.ts';
import { type Answer, ask } from './ask.ts';

/** An answer is stored, and compressed once more, behind the back of whoever it was made for: the next request may be too early. */
const attempts = 50;

/**
 * Asks until the answer is a hit, in the content coding that is liked best.
 *
 * @throws Error when it never is: what is called a hit would be something else
 */
export async function untilHit(system: System, request: LoadRequest): Promise<Answer> {
  const [wanted] = (request.headers['accept-encoding'] ?? 'identity').split(',');
  const isReady = (answer: Answer) =>
    system.isHit(answer) && (answer.headers['content-encoding'] ?? 'identity') === wanted;
  let answer = await ask(request);
  for (let attempt = 1; attempt < attempts && !isReady(answer); attempt += 1) answer = await ask(request);
  if (isReady(answer)) return answer;
  const { status, headers, body } = answer;
  throw new Error(
    `${system.name} never answers from its cache. Its last answer: ${status} ${JSON.stringify(headers)} ${body.subarray(0, 500)}`,
  );
}
