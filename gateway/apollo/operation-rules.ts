import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { DocumentVerdict } from '../limits/judge-document.ts';
import { judgeRequest } from '../limits/judge-request.ts';
import type { Limits } from '../limits/limits.ts';
import { type OnExceeded, refuse } from '../limits/on-exceeded.ts';
import type { KnownDocuments } from './known-documents.ts';

/**
 * Refuses operations before they cost anything: documents and variables beyond the limits, what costs too much,
 * operation names that the document doesn't have, mutations by a method that promises to change nothing, what the
 * client doesn't have the points for. With the limits' mode `warn`, it logs what they would have refused, by code.
 *
 * Apollo Server validates with its own rules and ours in one pass, so a rule can't come before validation; and an
 * error thrown in a hook before that is taken for a fault of the server. What does come before is its store of
 * validated documents: for a refused text it gives out an empty document, which is not parsed or validated, and
 * the first hook that may refuse does so.
 */
export function createOperationRules(
  limits: Limits,
  known: Pick<KnownDocuments, 'verdictOn' | 'costOf'>,
): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      let verdict: DocumentVerdict | undefined;
      return {
        async didResolveSource({ source, queryHash }) {
          verdict = known.verdictOn(source, queryHash);
        },

        async didResolveOperation({ request, document, operation, schema, contextValue }) {
          if (verdict === undefined) throw new Error('an operation without a source');
          if (verdict.refusal !== undefined) throw verdict.refusal;
          if (operation === undefined) throw unknownOperation(request.operationName);
          if (operation.operation === 'subscription' || !schema.getRootType(operation.operation))
            throw unsupportedOperation(operation.operation);
          // Apollo Server knows this rule for GET; QUERY it takes for POST.
          if (contextValue.method === 'QUERY' && operation.operation !== 'query') throw unsafeOperation();

          const onExceeded: OnExceeded =
            limits.mode === 'enforce'
              ? refuse
              : (code) =>
                  contextValue.logger.warn(
                    { code, operation: contextValue.operation.name },
                    'let pass beyond a limit',
                  );
          verdict.warnings.forEach(onExceeded);
          const cost = known.costOf(document, operation, schema);
          const points = judgeRequest(
            { pageVariables: verdict.pageVariables, cost },
            request.variables ?? {},
            { limits, onExceeded },
          );
          contextValue.operation.cost = points;
          await contextValue.charge(points);
        },
      };
    },
  };
}

function unknownOperation(name: string | undefined): GraphQLError {
  const message =
    name === undefined
      ? 'The document has several operations: say which one in operationName.'
      : `The document has no operation ${JSON.stringify(name)}.`;
  return new GraphQLError(message, {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
  });
}

/** Validation lets pass what the schema has no type for, and the gateway's executor takes that for a fault of its own. */
function unsupportedOperation(type: string): GraphQLError {
  return new GraphQLError(`There are no operations of the type ${type} here.`, {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
  });
}

function unsafeOperation(): GraphQLError {
  return new GraphQLError('QUERY requests only support query operations.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 405, headers: new HeaderMap([['allow', 'POST']]) } },
  });
}
