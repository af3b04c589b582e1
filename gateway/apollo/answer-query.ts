import type { FormattedExecutionResult } from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { CompiledOperation } from '../executor/compile-operation.ts';
import type { AskedQuery } from '../response-cache/prepared-requests.ts';
import { maskedError } from './error-masking.ts';
import { factOfName } from './operation-facts.ts';
import { hideCompletions } from './value-completion.ts';

/**
 * Answers a query as Apollo Server would. What is here is what Apollo Server and our plugins do about a query that is valid,
 * within its limits and paid for; for most queries that takes longer than to execute them.
 *
 * @returns the body; undefined if the variables don't fit: Apollo Server says what is wrong with them
 */
export async function answerQuery(
  query: CompiledOperation,
  asked: AskedQuery,
  context: GatewayContext,
): Promise<string | undefined> {
  const { operation, cache, viewer } = context;
  operation.name = factOfName(asked.operationName);
  operation.type = 'query';
  operation.cost = asked.cost;
  const { data, errors, extensions } = await query.execute(asked.variables, context);
  if (data === undefined) return undefined;
  const result: FormattedExecutionResult = {
    ...(errors === undefined ? {} : { errors: errors.map((error) => maskedError(error, context.logger)) }),
    data,
    ...(extensions === undefined ? {} : { extensions: { ...extensions } }),
  };
  cache.finish({ operationType: 'query', status: 200, result, signedIn: viewer !== null });
  hideCompletions(result, context);
  // In Apollo Server's order.
  return `${JSON.stringify({ errors: result.errors, data, extensions: result.extensions })}\n`;
}
