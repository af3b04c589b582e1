import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { LoadRequest } from '../load/load-generator.ts';

/** As it came: nothing decoded, nothing followed. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request, on a connection of its own. */
export async function ask({ url, method, headers, body }: LoadRequest): Promise<Answer> {
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
  const asking = request(url, { method, headers: { ...headers, ...length }, agent: false });
  asking.end(body);
  const [response]: [IncomingMessage] = (await once(asking, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await buffer(response),
  };
}

/** The bytes that the client is meant to see. */
export function decode({ headers, body }: Answer): Buffer {
  switch (headers['content-encoding'] ?? 'identity') {
    case 'identity':
      return body;
    case 'br':
      return brotliDecompressSync(body);
    case 'gzip':
      return gunzipSync(body);
    default:
      throw new Error(`an answer in a coding that was not asked for: ${headers['content-encoding']}`);
  }
}
