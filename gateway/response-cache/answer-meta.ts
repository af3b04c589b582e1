import { z } from 'zod';
import type { StorablePolicy } from './policy-collector.ts';

const schema = z.object({
  scope: z.enum(['public', 'anonymous', 'viewer']),
  /** Of the plain bytes. */
  entityTag: z.string(),
  /** How old the oldest part was when the answer was stored, in milliseconds. */
  ageMs: z.number(),
  staleWhileRevalidateMs: z.number(),
  staleIfErrorMs: z.number(),
  /** The value of `Cache-Tag`, where the answer is offered to CDNs. */
  cacheTag: z.string().optional(),
});

/** What has to be known of a stored answer, besides its bytes, to serve it. */
export type AnswerMeta = z.infer<typeof schema>;

/** @param cacheTag undefined for an answer that isn't offered to CDNs */
export function answerMeta(
  policy: StorablePolicy,
  entityTag: string,
  cacheTag: string | undefined,
): AnswerMeta {
  const { scope, ageMs, staleWhileRevalidateMs, staleIfErrorMs } = policy;
  return {
    scope,
    entityTag,
    ageMs,
    staleWhileRevalidateMs,
    staleIfErrorMs,
    ...(cacheTag === undefined ? {} : { cacheTag }),
  };
}

/** For the engine's `meta`. */
export function writeAnswerMeta(meta: AnswerMeta): string {
  return JSON.stringify(meta);
}

/** @returns undefined for what this version doesn't write: to be treated as a miss. */
export function readAnswerMeta(text: string): AnswerMeta | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
