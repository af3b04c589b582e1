import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import type { Logger } from '../../platform/logging.ts';
import type { ListedOperation } from '../operation-manifest.ts';
import { ask } from './ask.ts';

/** For all of it, in milliseconds. */
const patienceMs = 2_000;
const madeUpQueries = 5;

/**
 * Asks the gateway itself for something, as a client without a sign-in would: code that runs for the first time takes ten times
 * as long as later, and this way no client waits for it. It asks for the first query of the list that needs no variables, which
 * then is in the response cache, too; with an empty list for nothing. Never rejects: whatever the answer, it was made.
 *
 * @param options.asksMore for queries, too, that no subgraph has to answer, each as a new one and as a known one
 */
export async function askItself(
  url: string,
  options: { operations: readonly ListedOperation[]; asksMore: boolean },
  logger: Logger,
): Promise<void> {
  const { operations, asksMore } = options;
  const signal = AbortSignal.timeout(patienceMs);
  try {
    for (const query of queriesOf(operations, asksMore)) await ask(url, { query }, signal);
  } catch (error) {
    logger.debug({ err: error }, 'the gateway has no answer for itself');
  }
}

function queriesOf(operations: readonly ListedOperation[], asksMore: boolean): string[] {
  const listed = operations.find(({ body }) => asksWithoutVariables(body))?.body ?? '{ __typename }';
  const madeUp = Array.from(
    { length: madeUpQueries },
    (_, index) => `query WarmUp { a${index}: __typename }`,
  );
  return [...(operations.length === 0 ? [] : [listed]), ...(asksMore ? [...madeUp, ...madeUp] : [])];
}

function asksWithoutVariables(text: string): boolean {
  const [operation, ...others] = parseOrNothing(text).definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  return (
    others.length === 0 && operation?.operation === 'query' && operation.variableDefinitions?.length === 0
  );
}

function parseOrNothing(text: string): DocumentNode {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return { kind: Kind.DOCUMENT, definitions: [] };
    throw error;
  }
}
