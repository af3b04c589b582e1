import { hash } from 'node:crypto';
import type { GatewayConfig } from '@apollo/gateway';
import type { GatewayExecutor, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { BREAK, type DocumentNode, getVariableValues, Kind, print, visit } from 'graphql';
import { resolveConditions } from './resolve-conditions.ts';

/** Has the library's executor plan operations without their conditions; what it shows the client is what the client asked for. */
export interface StockConditions {
  /** An option of the library's gateway: called between planning and execution. */
  readonly onPlan: NonNullable<GatewayConfig['experimental_didResolveQueryPlan']>;
  /** @param execute of a gateway with that option */
  decideFor(execute: GatewayExecutor): GatewayExecutor;
}

export function createStockConditions(): StockConditions {
  const asked = new WeakMap<GatewayGraphQLRequestContext, GatewayGraphQLRequestContext>();
  const conditional = new WeakMap<DocumentNode, boolean>();
  const isConditional = (document: DocumentNode): boolean => {
    const known = conditional.get(document) ?? hasConditions(document);
    conditional.set(document, known);
    return known;
  };

  return {
    onPlan({ requestContext, operationContext }) {
      const original = asked.get(requestContext);
      if (original === undefined) return;
      operationContext.operation = original.operation;
      operationContext.fragments = fragmentsOf(original.document);
    },

    decideFor: (execute) => async (requestContext) => {
      const { document, operation, schema, request } = requestContext;
      if (!isConditional(document)) return execute(requestContext);
      const { variableDefinitions = [] } = operation;
      const { coerced } = getVariableValues(schema, variableDefinitions, request.variables ?? {});
      // Then it says itself what is wrong with them.
      if (coerced === undefined) return execute(requestContext);
      const left = resolveConditions(document, operation, coerced);
      if (left === undefined) return { data: {} };
      const planned = {
        ...requestContext,
        document: left.document,
        operation: left.definition,
        // By which it remembers plans.
        queryHash: hash('sha256', print(left.document)),
      };
      asked.set(planned, requestContext);
      return execute(planned);
    },
  };
}

function fragmentsOf({ definitions }: DocumentNode) {
  return Object.fromEntries(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ name }) {
      found = name.value === 'skip' || name.value === 'include';
      return found ? BREAK : undefined;
    },
  });
  return found;
}
