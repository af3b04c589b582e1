import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../../platform/errors.ts';

/** Of the address and all headers together. */
export const maxHeaderBytes = 16 * 1024;
export const maxHeaders = 100;
/** Persisted queries are far shorter; whole documents may come by POST or QUERY. */
const maxUrlLength = 8 * 1024;

/** Why a request is refused before anything in it is read; cheap enough for every hit. */
export function refusalOfHead({
  url = '',
  headers,
  rawHeaders,
}: Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders'>): ErrorCode | undefined {
  if (url.length > maxUrlLength) return 'URL_TOO_LONG';
  // Names and values alternate.
  if (rawHeaders.length > 2 * maxHeaders) return 'HEADERS_TOO_LARGE';
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 'UNSUPPORTED_CONTENT_ENCODING';
  return undefined;
}
