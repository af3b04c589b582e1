import { hash } from 'node:crypto';
import type { ContentCoding } from './content-encoding.ts';

/**
 * A strong validator: the same only for the same bytes. 128 bits of SHA-256 are enough to never meet twice, and short enough
 * for every answer to carry.
 *
 * @param bytes plain ones
 */
export function entityTag(bytes: Buffer): string {
  return `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`;
}

/** That of the same bytes in a content coding: each has its own (RFC 9110, section 8.8.3.3). */
export function codedEntityTag(tag: string, coding: ContentCoding): string {
  return coding === 'identity' ? tag : `${tag.slice(0, -1)}-${coding}"`;
}

const listElement = /[ \t]*(?:(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y;

/**
 * Whether an `If-None-Match` header names the entity tag: then the client has these bytes, and gets 304. Compared
 * weakly, as RFC 9110, section 13.1.2, says, since proxies that compress make validators weak.
 *
 * Malformed headers match nothing: an answer too many does no harm.
 */
export function matchesEntityTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  let found = false;
  // Not split at commas: an entity tag may contain some.
  listElement.lastIndex = 0;
  while (listElement.lastIndex < ifNoneMatch.length) {
    const match = listElement.exec(ifNoneMatch);
    if (match === null) return false;
    found ||= match[1] === tag;
  }
  return found;
}
