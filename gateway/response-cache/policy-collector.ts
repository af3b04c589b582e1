import type { CacheScope } from './cache-keys.ts';
import { type PartFault, policyOfPart, type SubgraphPart } from './subgraph-policy.ts';

/** Why an answer must not be stored; clients read it in `Cache-Status`, people look for it in docs. */
type NotStoredReason =
  | PartFault
  | 'mutation'
  | 'subscription'
  | 'errors'
  /** No data at all, which without errors is a fault, too. */
  | 'no-data'
  /** Nulls took the place of what a subgraph should have sent. */
  | 'value-completion'
  /** Something in it that we don't know of: what it depends on, we don't know either. */
  | 'extensions'
  | 'status'
  /** A call to a subgraph carried a header of the client's. */
  | 'forwarded-header'
  /** No subgraph was asked, so nobody said how long the answer holds. */
  | 'no-subgraph'
  /** Whoever asked wanted it so. */
  | 'client';

export type CachePolicy = StorablePolicy | NotStorable;

export interface NotStorable {
  readonly storable: false;
  readonly reason: NotStoredReason;
}

export interface StorablePolicy {
  readonly storable: true;
  readonly scope: CacheScope;
  /** How long it is fresh from now on. */
  readonly freshMs: number;
  /** How long after that it may still be served, while it is made anew, or where that fails. */
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** How old its oldest part is. */
  readonly ageMs: number;
  readonly tags: readonly string[];
  /** All that were asked. */
  readonly subgraphs: readonly string[];
  /** Those that record no tags for something: only time removes what they answered. */
  readonly timeOnly: readonly string[];
}

/**
 * An answer as it is about to be sent, in the form of graphql-js: with what is taken out of it on its way still
 * in it.
 */
export interface FinishedAnswer {
  readonly operationType: 'query' | 'mutation' | 'subscription';
  readonly status: number;
  readonly result: {
    readonly data?: unknown;
    readonly errors?: readonly unknown[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
  /** Whether somebody is signed in. */
  readonly signedIn: boolean;
}

/** Gathers what subgraphs say while one operation is worked on. */
export interface PolicyCollector {
  add(part: SubgraphPart): void;
  /** Keeps the answer out of the cache, whatever subgraphs say. The first reason counts. */
  refuse(reason: NotStoredReason): void;
  /** @param now in milliseconds, by the clock of {@link SubgraphPart.askedAt} */
  finish(answer: FinishedAnswer, now: number): CachePolicy;
}

/** Puts the policies of all calls that an operation made together into one: the strictest of each. */
export function createPolicyCollector(): PolicyCollector {
  let freshUntil = Number.POSITIVE_INFINITY;
  let staleWhileRevalidateMs = Number.POSITIVE_INFINITY;
  let staleIfErrorMs = Number.POSITIVE_INFINITY;
  /** When the oldest part was made. */
  let madeAt = Number.POSITIVE_INFINITY;
  let isPrivate = false;
  const tags = new Set<string>();
  const subgraphs = new Set<string>();
  const timeOnly = new Set<string>();
  let refusal: NotStorable | undefined;

  const refuse = (reason: NotStoredReason) => {
    refusal ??= { storable: false, reason };
  };

  return {
    refuse,
    add(part) {
      const { subgraph, askedAt } = part;
      const policy = policyOfPart(part);
      if (typeof policy === 'string') return refuse(policy);
      freshUntil = Math.min(freshUntil, askedAt + policy.freshMs);
      staleWhileRevalidateMs = Math.min(staleWhileRevalidateMs, policy.staleWhileRevalidateMs);
      staleIfErrorMs = Math.min(staleIfErrorMs, policy.staleIfErrorMs);
      madeAt = Math.min(madeAt, askedAt - policy.ageMs);
      isPrivate ||= policy.isPrivate;
      subgraphs.add(subgraph);
      if (policy.tags === undefined) timeOnly.add(subgraph);
      else for (const tag of policy.tags) tags.add(tag);
    },

    finish(answer, now) {
      const reason = faultOfAnswer(answer);
      if (reason !== undefined) return { storable: false, reason };
      if (refusal !== undefined) return refusal;
      if (subgraphs.size === 0) return { storable: false, reason: 'no-subgraph' };
      const freshMs = freshUntil - now;
      if (freshMs <= 0) return { storable: false, reason: 'max-age' };
      return {
        storable: true,
        scope: isPrivate ? (answer.signedIn ? 'viewer' : 'anonymous') : 'public',
        freshMs,
        staleWhileRevalidateMs,
        staleIfErrorMs,
        ageMs: now - madeAt,
        tags: [...tags],
        subgraphs: [...subgraphs],
        timeOnly: [...timeOnly],
      };
    },
  };
}

function faultOfAnswer({ operationType, status, result }: FinishedAnswer): NotStoredReason | undefined {
  if (operationType !== 'query') return operationType;
  if (result.errors !== undefined && result.errors.length > 0) return 'errors';
  if (result.data === null || result.data === undefined) return 'no-data';
  if (result.extensions?.valueCompletion !== undefined) return 'value-completion';
  if (result.extensions !== undefined && Object.keys(result.extensions).length > 0) return 'extensions';
  if (status !== 200) return 'status';
  return undefined;
}
