import type { IncomingHttpHeaders } from 'node:http';

/**
 * Any of these on a GET shows that no foreign page sent it: a browser would have asked first. Apollo Server's
 * names.
 */
const preflightHeaders = ['x-apollo-operation-name', 'apollo-require-preflight'] as const;

/** Makes the gateway put its query plan into answers, outside of production. */
const queryPlanHeader = 'apollo-query-plan-experimental';

/**
 * Whether a request certainly passes what Fastify and Apollo Server check before they look at the operation: then
 * it may be answered without asking them. They may accept more than that; such requests go to them as they are.
 */
export function hasPlainForm(method: string, headers: IncomingHttpHeaders): boolean {
  if (headers[queryPlanHeader] !== undefined) return false;
  switch (method) {
    case 'POST':
    case 'QUERY':
      return (
        headers['content-encoding'] === undefined &&
        /^application\/json(?: *; *charset=utf-8)?$/i.test(headers['content-type'] ?? '')
      );
    case 'GET':
      return (
        headers['content-type'] === undefined &&
        preflightHeaders.some((name) => headers[name] !== undefined && headers[name] !== '')
      );
    default:
      return false;
  }
}
