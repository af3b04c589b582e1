import type { IncomingMessage } from 'node:http';
import type { Viewer } from '../../platform/viewer.ts';
import { clientPosition } from '../response-cache/client-position.ts';
import type { RawRequest } from '../response-cache/graphql-request.ts';
import type { ClientRequest } from '../response-cache/replies.ts';

/** What the response cache has to know of a request. */
export function clientRequest(
  { method = 'GET', url = '', headers }: IncomingMessage,
  body: Buffer,
  viewer: Viewer | null,
): ClientRequest {
  const { after, looksPastCache } = clientPosition(headers);
  return { raw: rawRequest(method, url, body), method, headers, viewer, after, looksPastCache };
}

function rawRequest(method: string, url: string, body: Buffer): RawRequest {
  if (method === 'GET') return { method, search: url.slice(url.indexOf('?') + 1 || url.length) };
  return { method: method === 'QUERY' ? 'QUERY' : 'POST', body };
}
