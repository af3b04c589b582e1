/** One HTTP request to `/graphql`. */
export interface CorpusRequest {
  readonly method: 'GET' | 'POST' | 'QUERY';
  /** After the path, with the question mark. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One way to abuse a GraphQL server. */
export interface MaliciousClass {
  readonly name: string;
  /** What each hostile request is refused with. */
  readonly code: string;
  readonly hostile: readonly CorpusRequest[];
  /** As close to it as is allowed: answered with data. */
  readonly harmless: readonly CorpusRequest[];
}

const json = { 'content-type': 'application/json' };

/** A body as it is, JSON or not. */
export function raw(body: string, headers: Readonly<Record<string, string>> = {}): CorpusRequest {
  return { method: 'POST', search: '', headers: { ...json, ...headers }, body };
}

export function post(query: string, variables?: unknown, more: object = {}): CorpusRequest {
  return raw(JSON.stringify({ query, variables, ...more }));
}

export function get(parameters: Readonly<Record<string, string>>): CorpusRequest {
  return {
    method: 'GET',
    search: `?${new URLSearchParams(parameters)}`,
    headers: { 'apollo-require-preflight': 'true' },
    body: '',
  };
}

/** What a function gives for 0, 1, ... count - 1, joined. */
export function times(count: number, part: (index: number) => string, separator = ' '): string {
  return Array.from({ length: count }, (_, index) => part(index)).join(separator);
}

/** Just beyond a limit, and ever further. */
export function beyond(limit: number, most = 4): number[] {
  return [1.0, 1.01, 1.1, 1.25, 1.5, 2, 3, 4]
    .filter((factor) => factor <= most)
    .map((factor) => Math.ceil(limit * factor) + 1);
}

/** Fields, five on each level, none of which repeats another. */
export function chain(depth: number): string {
  return nest(depth, 'id name note __typename self', 'id name note __typename');
}

/** `{ name { name { ... inner } } }`, without the outermost braces. */
export function nest(depth: number, field: string, inner: string): string {
  return `${`${field} { `.repeat(depth)}${inner}${' }'.repeat(depth)}`;
}
