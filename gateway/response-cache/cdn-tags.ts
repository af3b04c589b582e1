import { hash } from 'node:crypto';
import { tagsToMark } from '../../cache/tags.ts';

/** What fits into the 16 KB at which CDNs cut the header off, or refuse it; and into the 1 000 tags of Cloudflare. */
const maxCdnTags = 900;

/**
 * The value of `Cache-Tag`, by which Cloudflare, Fastly's users and Apollo Router name what a purge names again.
 *
 * @param held by the answer, as `tagsToHold` gives them
 * @returns undefined: there are too many. Rather none than some: an answer that can't be purged by each of its tags would
 *   stay.
 */
export function cdnTagsHeld(held: readonly string[]): string | undefined {
  return held.length > maxCdnTags ? undefined : held.map(cdnTag).join(',');
}

/** Those by which a CDN finds the answers that an invalidation of these tags removes. */
export function cdnTagsToPurge(invalidated: Iterable<string>): string[] {
  return tagsToMark(invalidated).map(cdnTag);
}

/**
 * Of fixed length, without commas, the same in upper and lower case, and nothing that shows what the tag holds: a CDN may
 * let the header through to anybody.
 */
function cdnTag(tag: string): string {
  return hash('sha256', tag).slice(0, 16);
}
