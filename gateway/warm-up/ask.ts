import { request } from 'node:http';
import { warmUpRequestId } from '../context.ts';
import { requestIdHeader } from '../http/request-id.ts';

/**
 * Asks a gateway for something as whoever comes first does: without a sign-in, on a connection of its own.
 *
 * @returns the status, once all of the answer is there
 */
export function ask(
  url: string,
  operation: { query: string; variables?: Record<string, unknown> },
  signal: AbortSignal,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', [requestIdHeader]: warmUpRequestId },
      signal,
    });
    asking.on('response', (response) => {
      response.resume().on('close', () => resolve(response.statusCode));
    });
    asking.on('error', reject);
    asking.end(JSON.stringify(operation));
  });
}
