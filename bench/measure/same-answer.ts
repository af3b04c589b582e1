import { type Answer, decode } from './ask.ts';

/** How much of both answers an error shows, from a little before their first difference. */
const shownBytes = 80;

/**
 * A system that answers something else may be as fast as it likes.
 *
 * @throws Error that shows the first difference of status or body
 */
export function requireSameAnswer(system: string, answer: Answer, reference: Answer): void {
  if (answer.status !== reference.status)
    throw new Error(`${system} answers with status ${answer.status} instead of ${reference.status}`);
  const [body, wanted] = [decode(answer), decode(reference)];
  if (body.equals(wanted)) return;
  const same = wanted.findIndex((byte, index) => byte !== body[index]);
  const from = Math.max(0, (same === -1 ? wanted.length : same) - shownBytes / 4);
  const show = (bytes: Buffer) => JSON.stringify(bytes.subarray(from, from + shownBytes).toString());
  throw new Error(
    `${system} answers differently from byte ${same === -1 ? wanted.length : same} on: ${show(body)} instead of ${show(wanted)}`,
  );
}
