import type { IncomingHttpHeaders } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import Fastify, { type FastifyReply } from 'fastify';
import { execute, type GraphQLFieldResolver, parse } from 'graphql';
import { verifyCall } from '../../../platform/signed-call.ts';
import type { Viewer } from '../../../platform/viewer.ts';

export const subgraphSecret = 'a secret of thirty-two characters';

/** What a resolver of a test subgraph gets as its context. */
interface TestCall {
  readonly viewer: Viewer | null;
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
}

export type TestResolvers = Record<
  string,
  Record<string, GraphQLFieldResolver<unknown, TestCall, never> | ((reference: never) => unknown)>
>;

export interface TestSubgraph extends AsyncDisposable {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  /** Every call that came with a valid signature, in order. */
  readonly calls: TestCall[];
  /** How many came without. */
  readonly unsigned: () => number;
  /** Answers the next calls in place of GraphQL; undefined returns to GraphQL. */
  answerWith(answer: ((reply: FastifyReply) => unknown) | undefined): void;
}

/** A small subgraph on a port of its own. Like ours it answers signed calls only. */
export async function startTestSubgraph(options: {
  name: string;
  sdl: string;
  resolvers?: TestResolvers;
}): Promise<TestSubgraph> {
  const { name, sdl, resolvers = {} } = options;
  const schema = buildSubgraphSchema({
    typeDefs: parse(sdl),
    resolvers: resolvers as GraphQLResolverMap<unknown>,
  });
  const calls: TestCall[] = [];
  let unsigned = 0;
  let answer: ((reply: FastifyReply) => unknown) | undefined;

  const app = Fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.post<{ Body: string }>('/graphql', async (request, reply) => {
    const verified = verifyCall({
      secrets: [subgraphSecret],
      audience: name,
      headers: request.headers,
      body: request.body,
      now: Date.now(),
    });
    if (!verified.ok) {
      unsigned += 1;
      return reply.code(401).send({ errors: [{ message: verified.reason }] });
    }
    const { query, variables, operationName } = JSON.parse(request.body);
    const call = { viewer: verified.viewer, headers: request.headers, query };
    calls.push(call);
    if (answer !== undefined) {
      await answer(reply);
      return reply;
    }
    return execute({
      schema,
      document: parse(query),
      contextValue: call,
      variableValues: variables,
      operationName,
    });
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    name,
    sdl,
    url: `${address}/graphql`,
    calls,
    unsigned: () => unsigned,
    answerWith(replacement) {
      answer = replacement;
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}
