import { type ApolloServer, type BaseContext, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Answers one HTTP request through Apollo Server: what `@as-integrations/*` do, in the two places of this house that
 * need it. `context` is built only once Apollo has accepted the request's form.
 */
export async function answerThroughApollo<Context extends BaseContext>(options: {
  server: ApolloServer<Context>;
  request: FastifyRequest;
  reply: FastifyReply;
  body: unknown;
  context: () => Promise<Context>;
}): Promise<FastifyReply> {
  const { server, request, reply, body, context } = options;
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);

  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      // QUERY (a safe method with a body) is to Apollo what POST is.
      method: request.method === 'QUERY' ? 'POST' : request.method,
      headers,
      search: new URL(request.url, 'http://localhost').search,
      body,
    },
    context,
  });

  reply.code(answer.status ?? 200);
  for (const [name, value] of answer.headers) reply.header(name, value);
  if (answer.body.kind === 'complete') return reply.send(answer.body.string);
  // No @defer and no subscriptions here: the gateway executes neither.
  throw new Error('Apollo Server answered in chunks, which nothing here asks for');
}
