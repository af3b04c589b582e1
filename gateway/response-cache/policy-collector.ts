import type { CacheScope } from './cache-keys.ts';
import { type PartFault, type PartPolicy, policyOfPart, type SubgraphPart } from './subgraph-policy.ts';

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
  const parts: (PartPolicy & { subgraph: string; askedAt: number })[] = [];
  let refusal: NotStorable | undefined;

  const refuse = (reason: NotStoredReason) => {
    refusal ??= { storable: false, reason };
  };

  return {
    refuse,
    add(part) {
      const policy = policyOfPart(part);
      if (typeof policy === 'string') refuse(policy);
      else parts.push({ ...policy, subgraph: part.subgraph, askedAt: part.askedAt });
    },

    finish(answer, now) {
      const reason = faultOfAnswer(answer);
      if (reason !== undefined) return { storable: false, reason };
      if (refusal !== undefined) return refusal;
      if (parts.length === 0) return { storable: false, reason: 'no-subgraph' };
      const least = (of: (part: (typeof parts)[number]) => number) => Math.min(...parts.map(of));
      const freshMs = least((part) => part.freshMs + part.askedAt) - now;
      if (freshMs <= 0) return { storable: false, reason: 'max-age' };
      return {
        storable: true,
        scope: parts.some((part) => part.isPrivate) ? (answer.signedIn ? 'viewer' : 'anonymous') : 'public',
        freshMs,
        staleWhileRevalidateMs: least((part) => part.staleWhileRevalidateMs),
        staleIfErrorMs: least((part) => part.staleIfErrorMs),
        ageMs: now - least((part) => part.askedAt - part.ageMs),
        tags: [...new Set(parts.flatMap((part) => part.tags ?? []))],
        subgraphs: [...new Set(parts.map((part) => part.subgraph))],
        timeOnly: [...new Set(parts.filter((part) => part.tags === undefined).map((part) => part.subgraph))],
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
