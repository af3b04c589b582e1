/**
 * Directives of a `Cache-Control` header by lower-case name, with their arguments (''  where there is none).
 *
 * The libraries for this read what they can and skip the rest: `max-age=60s` is 60 to them, `no-store=1` nothing.
 * Here what can't be read must keep an answer from being stored, so the grammar is held to the letter.
 */
export type CacheDirectives = ReadonlyMap<string, string>;

// A run of spaces has one way to match only: headers come from anybody, and must not take quadratic time.
const directive =
  /[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)(?:=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)"))?[ \t]*)?(?:,|$)/y;

/**
 * Parses by RFC 9111, section 5.2. A directive that comes twice with different arguments counts as malformed.
 *
 * @param header all of a message's `Cache-Control` headers, joined with commas
 * @returns undefined if it is malformed
 */
export function parseCacheControl(header: string): CacheDirectives | undefined {
  const directives = new Map<string, string>();
  directive.lastIndex = 0;
  while (directive.lastIndex < header.length) {
    const match = directive.exec(header);
    if (match === null) return undefined;
    const [, name, token, quoted] = match;
    // Empty list elements are allowed.
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const argument = token ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '';
    if ((directives.get(key) ?? argument) !== argument) return undefined;
    directives.set(key, argument);
  }
  return directives;
}

/**
 * Reads `delta-seconds` of RFC 9111, section 1.2.2.
 *
 * @returns undefined without the directive, NaN if its argument isn't a number of seconds
 */
export function secondsOf(directives: CacheDirectives, name: string): number | undefined {
  const argument = directives.get(name);
  return argument === undefined ? undefined : readSeconds(argument);
}

/** Seconds as headers write them; NaN for anything else. As RFC 9111 says, what is too large counts as 2^31. */
export function readSeconds(text: string): number {
  return /^\d+$/.test(text) ? Math.min(Number(text), 2 ** 31) : Number.NaN;
}

/** What a client asks of the cache. */
export interface RequestDirectives {
  /** Look past the cache, but keep the new answer. */
  readonly noCache: boolean;
  /** Don't keep the answer. */
  readonly noStore: boolean;
}

const noDirectives: RequestDirectives = { noCache: false, noStore: false };

/**
 * Of a request's directives these two are honoured; `max-age=0`, which browsers send with every reload, is not,
 * because a hit is never older than what a miss would bring. Malformed headers ask for nothing: who sends them
 * gets right answers all the same.
 */
export function requestDirectives(header: string | undefined): RequestDirectives {
  if (header === undefined) return noDirectives;
  const directives = parseCacheControl(header);
  return { noCache: directives?.has('no-cache') ?? false, noStore: directives?.has('no-store') ?? false };
}
