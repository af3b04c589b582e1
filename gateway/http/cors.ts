import type { FastifyCorsOptions } from '@fastify/cors';
import type { HeaderList } from '../response-cache/answer-headers.ts';
import { positionHeader } from '../response-cache/client-position.ts';
import { quotaHeaderNames } from './charge.ts';
import { requestIdHeader } from './request-id.ts';

/** For a browser to remember that it may ask. */
const preflightMaxAgeSeconds = 24 * 60 * 60;

const exposedHeaders = [
  requestIdHeader,
  positionHeader,
  'retry-after',
  ...quotaHeaderNames,
  'cache-status',
  'age',
];

export function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'POST', 'QUERY'],
    exposedHeaders,
    // Tokens travel in a header that pages set themselves: nothing a browser sends on its own is of use to anyone.
    credentials: false,
    maxAge: preflightMaxAgeSeconds,
    strictPreflight: false,
  };
}

/** What pages of other origins need on answers that don't pass `@fastify/cors`, which has the same options. */
export function createCorsHeaders(origins: readonly string[]): (origin: string) => HeaderList {
  const exposed = ['access-control-expose-headers', exposedHeaders.join(', ')];
  const headers = new Map(
    origins.map((origin) => [origin, ['access-control-allow-origin', origin, ...exposed]]),
  );
  return (origin) => headers.get(origin) ?? [];
}
