import type { IncomingMessage } from 'node:http';
import { type ApolloServer, type BaseContext, HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';

/** An operation to run: a request whose body was read, and how to make its context. */
export interface ApolloRequest<Context extends BaseContext> {
  readonly server: ApolloServer<Context>;
  readonly request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>;
  /** The parsed body. */
  readonly body: unknown;
  /** Called once Apollo has accepted the request's form. */
  readonly context: () => Promise<Context>;
}

export interface ApolloAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers one HTTP request through Apollo Server: what `@as-integrations/*` do, in the two places that need it. */
export async function executeThroughApollo<Context extends BaseContext>({
  server,
  request,
  body,
  context,
}: ApolloRequest<Context>): Promise<ApolloAnswer> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return execute(server, context, {
    // QUERY (a safe method with a body) is to Apollo what POST is.
    method: request.method === 'QUERY' ? 'POST' : (request.method ?? 'GET'),
    headers,
    search: new URL(request.url ?? '', 'http://localhost').search,
    body,
  });
}

/** Answers an operation that didn't come as an HTTP request of its own, as if it had. */
export function executeMember<Context extends BaseContext>({
  server,
  body,
  context,
}: Omit<ApolloRequest<Context>, 'request'>): Promise<ApolloAnswer> {
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', 'application/graphql-response+json'],
  ]);
  return execute(server, context, { method: 'POST', headers, search: '', body });
}

async function execute<Context extends BaseContext>(
  server: ApolloServer<Context>,
  context: () => Promise<Context>,
  httpGraphQLRequest: HTTPGraphQLRequest,
): Promise<ApolloAnswer> {
  const answer = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
  // No @defer and no subscriptions here: the gateway executes neither.
  if (answer.body.kind !== 'complete')
    throw new Error('Apollo Server answered in chunks, which nothing here asks for');
  return {
    status: answer.status ?? 200,
    headers: Object.fromEntries(answer.headers),
    body: answer.body.string,
  };
}
