import { hash } from 'node:crypto';
import type { Viewer } from '../../platform/viewer.ts';
import type { AcceptClass } from './accept-class.ts';
import { hashOfParts } from './hash-of-parts.ts';

/**
 * Changes whenever what is stored under a key changes its form, so that old and new gateways share a Redis in
 * peace.
 */
const valueFormat = '2';

/** What an answer may depend on besides data and viewer. */
export interface Question {
  /** Of the supergraph SDL: another schema, another answer. */
  readonly supergraphHash: string;
  /**
   * `CACHE_RELEASE`: whoever changes what answers mean, without changing the schema, leaves the old ones behind
   * with it.
   */
  readonly release: string;
  /**
   * {@link NormalizedOperation.hash}. Stands for the document and the chosen operation; the operation's name adds
   * nothing.
   */
  readonly operationHash: string;
  /** As `canonicalVariables` gives them. */
  readonly variables: readonly string[];
  readonly acceptClass: AcceptClass;
}

/**
 * For whom an answer is. PUBLIC: for everybody. PRIVATE answers, those that depend on who is asking, are for one
 * viewer, or for all those who aren't signed in.
 */
export type CacheScope = 'public' | 'anonymous' | 'viewer';

/** A question by whomever. Kept in memos, and narrowed to a key for each request. */
export function questionKey(question: Question): string {
  const { supergraphHash, release, operationHash, variables, acceptClass } = question;
  return hashOfParts([valueFormat, supergraphHash, release, operationHash, acceptClass, ...variables]);
}

export interface CacheKeys {
  readonly public: string;
  /** The key of an answer that turns out PRIVATE, and for whom it is then. */
  readonly private: string;
  readonly privateScope: 'anonymous' | 'viewer';
}

/**
 * The keys to look up together: an answer may turn out PUBLIC or PRIVATE, which nobody knows before it is there.
 */
export function cacheKeys(question: string, viewer: Viewer | null): CacheKeys {
  // A question is a hash of fixed length already: hashing it again with the scope would only cost time on every hit.
  return {
    public: `${question}.public`,
    private:
      viewer === null
        ? `${question}.anonymous`
        : `${question}.viewer.${hash('sha256', JSON.stringify(viewer.subject), 'base64url')}`,
    privateScope: viewer === null ? 'anonymous' : 'viewer',
  };
}
