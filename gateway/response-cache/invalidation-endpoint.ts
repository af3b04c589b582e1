import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CacheStore } from '../../cache/store.ts';
import { CodedError } from '../../platform/errors.ts';
import { cdnTagsToPurge } from './cdn-tags.ts';
import { ownedTag } from './subgraph-tags.ts';

/**
 * The body that Apollo Router's endpoint takes:
 * https://www.apollographql.com/docs/graphos/routing/performance/caching/response-caching/invalidation
 */
const body = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('subgraph'), subgraphs: z.array(z.string().min(1)).min(1) }),
    z.object({ kind: z.literal('type'), subgraph: z.string().min(1), type: z.string().min(1) }),
    z.object({
      kind: z.literal('cache_tag'),
      subgraphs: z.array(z.string().min(1)).min(1),
      cache_tag: z.string().min(1),
    }),
  ]),
);

/**
 * `POST /cache/invalidate` on the admin port, for subgraphs that can't publish by themselves. Answers when the marks are
 * set: from then on no gateway serves what was named. The answer says what a CDN has to purge, if there is one.
 *
 * @param options.secrets any of them opens it, as the whole of the `Authorization` header
 */
export function addInvalidationEndpoint(
  app: FastifyInstance,
  options: { store: CacheStore; secrets: readonly string[] },
): void {
  app.post('/cache/invalidate', async (request, reply) => {
    if (!isKnown(request.headers.authorization ?? '', options.secrets))
      return sendError(reply, new CodedError('UNAUTHENTICATED', { message: 'The secret is not right.' }));
    const parsed = body.safeParse(request.body);
    if (!parsed.success)
      return sendError(reply, new CodedError('BAD_REQUEST', { message: z.prettifyError(parsed.error) }));
    const tags = parsed.data.flatMap((item) => {
      if (item.kind === 'subgraph') return item.subgraphs;
      if (item.kind === 'type') return [ownedTag(item.subgraph, item.type)];
      return item.subgraphs.map((subgraph) => ownedTag(subgraph, item.cache_tag));
    });
    try {
      await options.store.invalidate(tags);
    } catch (error) {
      request.log.error({ err: error }, 'nothing was invalidated');
      return sendError(reply, new CodedError('OVERLOADED', { message: 'The cache is away. Try again.' }));
    }
    return reply.code(202).send({ invalidated: tags.length, cacheTags: cdnTagsToPurge(tags) });
  });
}

/** In constant time, also as to how long the secrets are: it compares hashes. */
function isKnown(given: string, secrets: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return secrets.filter((secret) => timingSafeEqual(digest(secret), digest(given))).length > 0;
}

function sendError(
  reply: { code(status: number): { send(body: unknown): unknown } },
  error: CodedError,
): unknown {
  return reply
    .code(error.status)
    .send({ errors: [{ message: error.message, extensions: { code: error.code } }] });
}
