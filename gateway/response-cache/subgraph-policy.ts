import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import { parseCacheControl, readSeconds, secondsOf } from './cache-control.ts';
import { tagsOfAnswer } from './subgraph-tags.ts';

/** One answer of a subgraph, as far as caching is concerned. */
export interface SubgraphPart {
  readonly subgraph: string;
  /** When it was asked, in milliseconds: its answer may be as old as that. */
  readonly askedAt: number;
  /** The headers of its answer; of each all values, joined with commas. */
  readonly cacheControl: string | undefined;
  readonly age: string | undefined;
  readonly vary: string | undefined;
  /** Of its answer's body. */
  readonly extensions: unknown;
}

/** How long and for whom a part of an answer may be kept, in milliseconds. */
export interface PartPolicy {
  /** From {@link SubgraphPart.askedAt} on. */
  readonly freshMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** How old the answer was when it came. */
  readonly ageMs: number;
  readonly isPrivate: boolean;
  /** undefined: the subgraph records none, so only time removes what it answered. */
  readonly tags: readonly string[] | undefined;
}

/** Why a subgraph's answer must not be kept. */
export type PartFault =
  /** It says nothing about caching, which is how a subgraph without any idea of it looks. */
  | 'no-policy'
  | 'no-store'
  | 'no-cache'
  /** It may be kept for no time at all, or was too old already. */
  | 'max-age'
  /** It depends on more than the cache knows of. */
  | 'vary'
  | 'malformed-policy'
  | 'malformed-tags';

export function policyOfPart(part: SubgraphPart): PartPolicy | PartFault {
  if (part.cacheControl === undefined) return 'no-policy';
  const said = meaningOf(part.cacheControl);
  if (typeof said === 'string') return said;
  // The gateway asks with the same headers always, but for those that say who asks.
  if (part.vary?.split(',').some((name) => !harmlessVary.has(name.trim().toLowerCase()))) return 'vary';

  const { lifetime, isPrivate, staleWhileRevalidateMs, staleIfErrorMs } = said;
  if (lifetime === undefined) return 'no-policy';
  const age = part.age === undefined ? 0 : readSeconds(part.age.trim());
  if (Number.isNaN(lifetime) || Number.isNaN(age)) return 'malformed-policy';
  if (lifetime <= age) return 'max-age';

  const tags = tagsOfAnswer(part.subgraph, part.extensions);
  if (tags === 'malformed') return 'malformed-tags';
  return {
    freshMs: (lifetime - age) * 1_000,
    staleWhileRevalidateMs,
    staleIfErrorMs,
    ageMs: age * 1_000,
    isPrivate,
    tags,
  };
}

/** What a `Cache-Control` header means, whatever else comes with it. */
interface Meaning {
  /** In seconds; undefined where it doesn't say, NaN where that can't be read. */
  readonly lifetime: number | undefined;
  readonly isPrivate: boolean;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
}

/** By the header's text, up to so many characters in all: subgraphs say the same few things again and again. */
const meanings = createBoundedMemo<Meaning | PartFault>(100_000);

function meaningOf(cacheControl: string): Meaning | PartFault {
  const known = meanings.get(cacheControl);
  if (known !== undefined) return known;
  const meaning = readMeaning(cacheControl);
  meanings.set(cacheControl, meaning, cacheControl.length + 1);
  return meaning;
}

function readMeaning(cacheControl: string): Meaning | PartFault {
  const directives = parseCacheControl(cacheControl);
  if (directives === undefined) return 'malformed-policy';
  // With field names as an argument they are about a few headers only. We read them as if about all, which is
  // allowed.
  if (directives.has('no-store')) return 'no-store';
  if (directives.has('no-cache')) return 'no-cache';
  // Every call says who is asking, as an Authorization header would, and RFC 9111, section 3.5, then wants it
  // said that an answer is for all. A subgraph that says neither is believed to have looked.
  const isPrivate = directives.has('private') || !(directives.has('public') || directives.has('s-maxage'));
  const forShared = isPrivate ? undefined : secondsOf(directives, 's-maxage');
  // s-maxage alone would forbid stale answers, too; next to a directive that allows them it is not meant so.
  const neverStale = directives.has('must-revalidate') || directives.has('proxy-revalidate');
  const staleMs = (name: string) => (neverStale ? 0 : (secondsOf(directives, name) || 0) * 1_000);
  return {
    lifetime: forShared ?? secondsOf(directives, 'max-age'),
    isPrivate,
    staleWhileRevalidateMs: staleMs('stale-while-revalidate'),
    staleIfErrorMs: staleMs('stale-if-error'),
  };
}

/** Headers that are the same in every call, or that a browser's rules are about. */
const harmlessVary = new Set(['', 'accept', 'accept-encoding', 'content-type', 'origin']);
