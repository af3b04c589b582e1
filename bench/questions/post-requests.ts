import type { Requests } from '../measure/same-answers.ts';

/** Asked by POST, in turn; answers come as they are, not compressed. */
export function postRequests(operations: readonly object[], headers: Record<string, string> = {}): Requests {
  const bodies = operations.map((operation) => JSON.stringify(operation));
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity', ...headers },
    body: bodies[0] ?? '',
    bodies,
  };
}
