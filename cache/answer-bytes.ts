import type { NewAnswer } from './store.ts';

/** The bytes in the content coding that is wanted, or plain ones. */
export function pickBody(bodies: NewAnswer['bodies'], wanted: string): { body: Buffer; encoding: string } {
  const coded = bodies[wanted];
  return coded === undefined
    ? { body: bodies.identity, encoding: 'identity' }
    : { body: coded, encoding: wanted };
}

/** What an answer takes in memory, roughly: also its tags, and what the engine needs for objects with some fields. */
export function sizeOf(
  answer: { key: string; meta: string; tags: readonly string[] },
  bodies: readonly Buffer[],
): number {
  let bytes = 500 + answer.key.length + answer.meta.length;
  for (const tag of answer.tags) bytes += 50 + tag.length;
  for (const body of bodies) bytes += body.length;
  return bytes;
}
