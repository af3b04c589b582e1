import { hash } from 'node:crypto';
import secureJson from 'secure-json-parse';

/** A request as it arrived, with everything on it that says which operation it asks for. */
export type RawRequest =
  | { readonly method: 'POST' | 'QUERY'; readonly body: Buffer }
  /** `search`: what follows the question mark of the address. */
  | { readonly method: 'GET'; readonly search: string };

/** The parameters of https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters. */
export interface GraphqlRequest {
  /** undefined: it is known by its hash (automatic persisted queries). */
  readonly query: string | undefined;
  readonly persistedHash: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Reads a request's parameters where Fastify and Apollo Server would read the same. Of `extensions` only
 * `persistedQuery` means anything to them, and nothing of it travels on to subgraphs.
 *
 * @returns undefined for anything they would refuse, or that isn't plain to see: it is theirs to answer then
 */
export function readGraphqlRequest(request: RawRequest): GraphqlRequest | undefined {
  const fields = request.method === 'GET' ? fieldsOfSearch(request.search) : fieldsOfBody(request.body);
  if (fields === undefined) return undefined;
  const { query, operationName, variables, extensions } = fields;
  if (!isTextOrNothing(query) || !isTextOrNothing(operationName)) return undefined;
  if (!isRecordOrNothing(variables) || !isRecordOrNothing(extensions)) return undefined;

  const persistedHash = hashOfPersisted(extensions?.persistedQuery);
  if (persistedHash === null || query === '' || (query ?? persistedHash ?? undefined) === undefined)
    return undefined;
  if (query && persistedHash !== undefined && hash('sha256', query) !== persistedHash) return undefined;
  return {
    query: query ?? undefined,
    persistedHash,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
  };
}

function fieldsOfBody(body: Buffer): Record<string, unknown> | undefined {
  try {
    // What Fastify parses bodies with, and as it does: names that could reach a prototype are refused.
    const fields: unknown = secureJson.parse(body.toString('utf8'));
    return isRecord(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOfSearch(search: string): Record<string, unknown> | undefined {
  // Where the address is read as a URL, its query ends here.
  if (search.includes('#')) return undefined;
  const parameters = new URLSearchParams(search);
  const fields: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const [value, ...more] = parameters.getAll(name);
    if (more.length > 0) return undefined;
    fields[name] = value;
  }
  try {
    for (const name of ['variables', 'extensions'])
      if (typeof fields[name] === 'string') {
        fields[name] = JSON.parse(fields[name]);
        // A body may say null; Apollo takes no such thing from an address.
        if (fields[name] === null) return undefined;
      }
  } catch {
    return undefined;
  }
  return fields;
}

/** null: not as the protocol of version 1 says. */
function hashOfPersisted(persisted: unknown): string | undefined | null {
  if (persisted === undefined) return undefined;
  if (!isRecord(persisted) || persisted.version !== 1 || typeof persisted.sha256Hash !== 'string')
    return null;
  return /^[0-9a-f]{64}$/.test(persisted.sha256Hash) ? persisted.sha256Hash : null;
}

function isTextOrNothing(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

function isRecordOrNothing(value: unknown): value is Record<string, unknown> | null | undefined {
  return value === undefined || value === null || isRecord(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
