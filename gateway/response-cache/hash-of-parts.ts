import { hash } from 'node:crypto';

/**
 * SHA-256 of a list of texts, in base64url. Each text is preceded by its length, so that no two lists run
 * together to the same input: ("ab", "c") and ("a", "bc") differ.
 *
 * Hashed as UTF-16, because UTF-8 has one spelling (U+FFFD) for all halves of surrogate pairs, which clients can
 * send in JSON.
 */
export function hashOfParts(parts: readonly string[]): string {
  let framed = '';
  for (const part of parts) framed += `${part.length}:${part}`;
  return hash('sha256', Buffer.from(framed, 'utf16le'), 'base64url');
}
