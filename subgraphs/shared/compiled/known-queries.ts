import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { ApolloAnswer } from '../../../platform/apollo-http.ts';
import { formattedError } from '../../../platform/formatted-error.ts';
import type { Logger } from '../../../platform/logging.ts';
import { answerExtensions, type VouchedFor } from '../answer-extensions.ts';
import type { RequestContext } from '../request-context.ts';
import type { AskedFields } from '../row-columns.ts';
import { type CompiledQuery, compileQuery } from './compile-query.ts';
import { executeQuery } from './execute-query.ts';

/**
 * Queries that came before. Apollo Server answers each one first: it parses and validates it, or refuses it. When the same text
 * comes again it is compiled, and then executed without Apollo Server, whose way through a request costs more than the
 * reading of what a query asks for. Both give the same answers; a test has them answer the same queries.
 */
export interface KnownQueries<Context extends RequestContext> {
  /** Has what Apollo Server has found valid be known from then on. */
  readonly plugin: ApolloServerPlugin<Context>;
  /**
   * Answers what would be the body of a GraphQL request.
   *
   * @returns undefined: Apollo Server has to
   */
  answer(body: unknown, createContext: (asked: AskedFields) => Context): Promise<ApolloAnswer> | undefined;
}

/** A gateway has about as many; what clients write into their documents instead of variables makes them more. */
const mostQueries = 1_000;
/** Longer ones are rare, and a thousand of them would be a lot. */
const longestText = 32_768;

interface KnownQuery {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Undefined: it has not come again. Null: it can't be compiled. */
  compiled?: CompiledQuery | null;
}

/** @param options.formatError as Apollo Server has it, and whose error it is */
export function createKnownQueries<Context extends RequestContext>(options: {
  schema: GraphQLSchema;
  vouchedFor: VouchedFor;
  formatError: (formatted: GraphQLFormattedError, error: unknown, ofRequest: Logger) => GraphQLFormattedError;
}): KnownQueries<Context> {
  const { schema, vouchedFor, formatError } = options;
  const known = new Map<string, KnownQuery>();

  function learn(text: string, query: KnownQuery): void {
    if (query.operation.operation !== 'query' || text.length > longestText || known.has(text)) return;
    // The oldest goes. Where it is still in use, it is known again after one answer of Apollo Server's.
    const oldest = known.size < mostQueries ? undefined : known.keys().next().value;
    if (oldest !== undefined) known.delete(oldest);
    known.set(text, query);
  }

  function find(body: unknown): { query: CompiledQuery; variables: Record<string, unknown> } | undefined {
    if (!isObject(body) || typeof body.query !== 'string') return undefined;
    const { operationName = null, variables = null, extensions = null } = body;
    const found = known.get(body.query);
    if (found === undefined || !(variables === null || isObject(variables))) return undefined;
    // Those that we know say nothing about how a query is answered.
    if (extensions !== null && !(isObject(extensions) && Object.keys(extensions).every(isOurs)))
      return undefined;
    const { document, operation } = found;
    // Which one is meant is Apollo Server's to say.
    if (operationName !== null && operationName !== operation.name?.value) return undefined;
    if (found.compiled === undefined) found.compiled = compileQuery(schema, document, operation);
    if (found.compiled === null) return undefined;
    const coerced = found.compiled.coerceVariables(variables ?? {});
    return coerced && { query: found.compiled, variables: coerced };
  }

  async function execute(
    { query, variables }: { query: CompiledQuery; variables: Record<string, unknown> },
    context: Context,
  ): Promise<ApolloAnswer> {
    const { data, errors, policy } = await executeQuery(query, context, variables);
    const { answer } = context;
    if (answer.dependsOnSession()) policy.restrict({ maxAge: 0 });
    if (answer.dependsOnViewer()) policy.restrict({ scope: 'PRIVATE' });
    const { maxAge = 0, scope = 'PUBLIC' } = policy;
    const isKept = maxAge > 0 && errors.length === 0;
    const body = {
      ...(errors.length === 0
        ? {}
        : { errors: errors.map((error) => formatError(formattedError(error), error, context.logger())) }),
      data,
      extensions: answerExtensions(answer, vouchedFor),
    };
    return {
      status: 200,
      headers: { 'cache-control': isKept ? `max-age=${maxAge}, ${scope.toLowerCase()}` : 'no-store' },
      body: JSON.stringify(body),
    };
  }

  return {
    plugin: {
      requestDidStart: async () => ({
        async executionDidStart({ source, document, operation }) {
          const isOnly =
            document.definitions.filter(({ kind }) => kind === 'OperationDefinition').length === 1;
          if (isOnly) learn(source, { document, operation });
        },
      }),
    },
    answer(body, createContext) {
      const found = find(body);
      return found && execute(found, createContext(found.query.asked));
    },
  };
}

function isOurs(extension: string): boolean {
  return extension === 'cacheTags';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
