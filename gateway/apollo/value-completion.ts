import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { errorCatalogue } from '../../platform/errors.ts';
import type { GatewayContext } from '../context.ts';

/** As many are logged: a page of dangling references brings one each. */
const loggedAtMost = 5;

/**
 * Takes `extensions.valueCompletion` out of an answer: there the gateway lists the nulls it put where a subgraph left
 * out a field that can't be null. Most are references to something that is gone, answered with null as the schema
 * says. But when the null went up to the root, nothing is left, and an answer without data must say that it failed.
 */
export function hideCompletions(
  result: {
    readonly data?: unknown;
    errors?: readonly GraphQLFormattedError[] | undefined;
    extensions?: Record<string, unknown> | undefined;
  },
  context: Pick<GatewayContext, 'logger'>,
): void {
  const completions = result.extensions?.valueCompletion;
  if (!Array.isArray(completions)) return;

  const lost = result.data === null || result.data === undefined;
  context.logger[lost ? 'error' : 'info'](
    { count: completions.length, completions: completions.slice(0, loggedAtMost) },
    lost ? 'an answer was lost to a null where none may be' : 'nulls took the place of missing values',
  );
  const { valueCompletion: _, ...others } = result.extensions ?? {};
  if (Object.keys(others).length > 0) result.extensions = others;
  else delete result.extensions;
  if (lost)
    result.errors = [
      {
        message: errorCatalogue.INTERNAL_SERVER_ERROR.message,
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ];
}

/** Hides them in what Apollo Server answers. */
export const valueCompletionPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, contextValue }) {
        if (response.body.kind === 'single') hideCompletions(response.body.singleResult, contextValue);
      },
    };
  },
};
