import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const requestIdHeader = 'x-request-id';

/** What a proxy or client may choose: long enough to be unique, short and plain enough for logs and headers. */
const acceptable = /^[\w.:-]{8,128}$/;

/** No other process has it. With a count behind it an id costs a hit less than a random one of its own. */
const processName = randomBytes(12).toString('hex');
let requests = 0;

/** The id a request goes by in every log line and every call it causes: the one it came with, if that is sane. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[requestIdHeader];
  if (typeof given === 'string' && acceptable.test(given)) return given;
  requests += 1;
  return `${processName}-${requests}`;
}
