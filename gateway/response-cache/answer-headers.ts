import { serializeDictionary } from 'structured-headers';
import type { CacheScope } from './cache-keys.ts';
import type { ContentCoding } from './content-encoding.ts';

/** What is said about an answer in its headers. Times in milliseconds. */
export interface AnswerFacts {
  /** undefined: an answer that is never kept, by nobody. */
  readonly scope: CacheScope | undefined;
  /** Of the bytes that are sent, in the coding they are sent in. */
  readonly entityTag: string;
  readonly coding: ContentCoding;
  readonly contentType: string;
  readonly cacheStatus: string;
  /** How old the answer is; undefined if it was made for this request. */
  readonly ageMs?: number;
  /** Offers the answer to a CDN, which then must be told of invalidations. Only for PUBLIC ones. */
  readonly cdn?: CdnFacts | undefined;
}

export interface CdnFacts {
  /** From the time that `Age` counts from. */
  readonly freshMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** The value of `Cache-Tag`. */
  readonly cacheTag: string;
}

/** Answers differ in what they allow to pages of which origin, too. */
const variesBy = 'Origin, Accept, Accept-Encoding';

/** The headers of an answer with status 200, by lower-case name. */
export function answerHeaders(facts: AnswerFacts): Record<string, string> {
  const { scope, entityTag, coding, contentType, cacheStatus, ageMs, cdn } = facts;
  const personal = scope !== 'public';
  return {
    'content-type': contentType,
    ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    etag: entityTag,
    'cache-control': cacheControlOf(scope),
    // Answers for those who aren't signed in are told apart from others' by the header they lack.
    vary: personal ? `${variesBy}, Authorization` : variesBy,
    'cache-status': cacheStatus,
    ...(ageMs === undefined ? {} : { age: String(Math.max(0, Math.floor(ageMs / 1_000))) }),
    ...(cdn === undefined || personal ? {} : cdnHeaders(cdn)),
  };
}

/** Names and values in turns, as node:http writes them without looking for more. */
export type HeaderList = readonly string[];

export function headerList(headers: Readonly<Record<string, string>>): HeaderList {
  const list: string[] = [];
  for (const [name, value] of Object.entries(headers)) list.push(name, value);
  return list;
}

/** Of the headers of an answer those that go with 304 instead (RFC 9110, section 15.4.5): nothing about bytes. */
export function notModifiedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'content-type' && name !== 'content-encoding'),
  );
}

/**
 * Browsers may keep answers, and ask each time whether they still hold: nobody can tell them when one is
 * invalidated.
 */
function cacheControlOf(scope: CacheScope | undefined): string {
  if (scope === undefined) return 'no-store';
  return scope === 'public' ? 'no-cache' : 'private, no-cache';
}

/** RFC 9213. Whoever isn't a CDN goes by `Cache-Control`. */
function cdnHeaders(facts: CdnFacts): Record<string, string> {
  const { freshMs, staleWhileRevalidateMs, staleIfErrorMs, cacheTag } = facts;
  const seconds = (ms: number) => Math.floor(ms / 1_000);
  return {
    'cdn-cache-control': serializeDictionary({
      'max-age': seconds(freshMs),
      ...(staleWhileRevalidateMs > 0 ? { 'stale-while-revalidate': seconds(staleWhileRevalidateMs) } : {}),
      ...(staleIfErrorMs > 0 ? { 'stale-if-error': seconds(staleIfErrorMs) } : {}),
    }),
    'cache-tag': cacheTag,
  };
}
