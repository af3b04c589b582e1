import type { MissReason } from '../../cache/store.ts';
import type { NotStorable } from './policy-collector.ts';
import type { DescribeTag } from './tag-description.ts';

/** What the cache did with a request, in the terms of RFC 9211. Times in milliseconds. */
export type CacheOutcome =
  /**
   * @param ttlMs how long the answer stays fresh; negative for one that is stale, and served while it is made
   * anew
   */
  | { readonly kind: 'hit'; readonly ttlMs: number }
  | {
      readonly kind: 'forwarded';
      /**
       * `miss`: nothing there. `stale`: something, but no longer valid or fresh. `request`: the client wanted it
       * so. `bypass`: nothing that is ever cached.
       */
      readonly because: 'miss' | 'stale' | 'request' | 'bypass';
      readonly stored: boolean;
      /** The answer was made for somebody else, who had asked for the same. */
      readonly collapsed?: boolean;
      /** Why it was not there, why it was not stored: for people. */
      readonly details?: readonly string[];
    };

const cacheName = 'supergraph';
/** Long enough for reasons; headers as a whole have a limit on their way. */
const maxDetailLength = 300;

/** The value of a `Cache-Status` header. */
export function cacheStatus(outcome: CacheOutcome): string {
  // Written by hand, because a hit has no time for a serialiser: tokens, flags and integers need no escaping.
  if (outcome.kind === 'hit') return `${cacheName};hit;ttl=${Math.floor(outcome.ttlMs / 1_000)}`;
  const { because, stored, collapsed, details } = outcome;
  const detail = printable(details?.join(', ') ?? '').slice(0, maxDetailLength);
  return [
    `${cacheName};fwd=${because}`,
    stored ? ';stored' : '',
    collapsed ? ';collapsed' : '',
    detail === '' ? '' : `;detail="${detail.replaceAll(/["\\]/g, '\\$&')}"`,
  ].join('');
}

/** Why a lookup found nothing to serve. */
export function describeMiss(
  reason: MissReason,
  describeTag: DescribeTag,
): { because: 'miss' | 'stale'; details: readonly string[] } {
  switch (reason.kind) {
    case 'absent':
      return { because: 'miss', details: [] };
    case 'expired':
      return { because: 'stale', details: ['expired'] };
    case 'tag':
      return { because: 'stale', details: [`invalidated: ${describeTag(reason.tag)}`] };
    case 'epoch':
      return { because: 'stale', details: ['from before the cache restarted'] };
    case 'lease':
      return { because: 'stale', details: ['no word from a subgraph'] };
  }
}

/** Why an answer was not stored, by its policy. */
export function describeNotStored({ reason }: NotStorable): string {
  return `not stored: ${reason}`;
}

/** Structured fields hold strings of ASCII; types and global ids are, but a third party's tag may hold anything. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
