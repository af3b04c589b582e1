import { request } from 'node:http';
import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import type { Logger } from '../../platform/logging.ts';
import type { ListedOperation } from '../operation-manifest.ts';

const patienceMs = 2_000;

/**
 * Asks the gateway itself for something, as a client without a sign-in would: code that runs for the first time takes ten times
 * as long as later, and this way no client waits for it. It asks for the first query of the list that needs no variables, which
 * then is in the response cache, too. With an empty list it asks nothing. Never rejects: whatever the answer, it was made.
 */
export function askItself(
  url: string,
  operations: readonly ListedOperation[],
  logger: Logger,
): Promise<void> {
  if (operations.length === 0) return Promise.resolve();
  const query = operations.find(({ body }) => asksWithoutVariables(body))?.body ?? '{ __typename }';
  return new Promise((resolve) => {
    const asking = request(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(patienceMs),
    });
    asking.on('response', (response) => {
      response.resume().on('close', resolve);
    });
    asking.on('error', (error) => {
      logger.debug({ err: error }, 'the gateway has no answer for itself');
      resolve();
    });
    asking.end(JSON.stringify({ query }));
  });
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
