import type { QueryPlanner } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { type BoundedMemo, createBoundedMemo } from '../../platform/bounded-memo.ts';
import type { GatewayContext } from '../context.ts';
import { createCombinations } from './combinations.ts';
import {
  type CompiledOperation,
  compileOperation,
  type OperationDeps,
  type PlannedOperation,
} from './compile-operation.ts';
import type { CallSubgraph } from './execution.ts';
import { possibleTypesOf } from './possible-types.ts';

export type RequestContext = GatewayGraphQLRequestContext;

export interface CompiledExecutor {
  /** Executes operations that were validated against this schema from now on. Call it for every supergraph loaded. */
  use(supergraph: {
    /** Of this supergraph. */
    planner: QueryPlanner;
    /** The schema that clients see. */
    schema: GraphQLSchema;
    /** How to reach each subgraph, by name. */
    calls: ReadonlyMap<string, CallSubgraph>;
  }): void;
  /**
   * Plans and compiles all operations of a document that was validated against this schema, unless that is done.
   *
   * @throws Error, or GraphQLError, when one can't be planned
   */
  plan(text: string, document: DocumentNode, schema: GraphQLSchema): void;
  /** What Apollo Server calls in place of the stock executor, for operations that it has validated. */
  execute(request: RequestContext): Promise<ExecutionResult>;
  /**
   * The query of a text that is valid against this schema; undefined where it holds anything else, too, or has no plan: Apollo
   * Server chooses what is asked for, and says what is wrong.
   */
  queryOf(schema: GraphQLSchema, text: string): CompiledOperation | undefined;
}

interface CompiledSupergraph {
  operationOf(document: DocumentNode, operation: OperationDefinitionNode): CompiledOperation;
  /** By their documents' text, of those that hold nothing else. */
  readonly queries: BoundedMemo<CompiledOperation>;
}

/** Asks for the query plan in the answer; Apollo Sandbox sends it. */
const planHeader = 'apollo-query-plan-experimental';

/** Characters of their text; as many as are remembered of parsed documents (apollo/known-documents.ts). */
const rememberedQueries = 500_000;
/** The same, of what is planned by @skip and @include, once for each combination of their values. */
const rememberedCombinations = 500_000;

/**
 * Executes operations on plans of Apollo's query planner. Every operation is planned and compiled once; after that a
 * request costs its calls to subgraphs, merging and shaping. See docs/executor.md.
 */
export function createCompiledExecutor(options: {
  /** Whether clients that ask for it see how their operation is planned. */
  exposeQueryPlans: boolean;
}): CompiledExecutor {
  // By schema, so that an operation which was validated just before a new supergraph came is planned against its own.
  const supergraphs = new WeakMap<GraphQLSchema, CompiledSupergraph>();
  const supergraphOf = (schema: GraphQLSchema) => {
    const supergraph = supergraphs.get(schema);
    if (supergraph === undefined) throw new Error('the schema of this operation is not in use');
    return supergraph;
  };

  return {
    use({ planner, schema, calls }) {
      const { supergraph } = planner;
      supergraphs.set(schema, {
        operationOf: rememberOperations({
          planner,
          apiSchema: supergraph.apiSchema(),
          graphqlSchema: schema,
          types: possibleTypesOf(supergraph.schema.toGraphQLJSSchema()),
          calls,
          combinations: createCombinations<PlannedOperation>(rememberedCombinations),
        }),
        queries: createBoundedMemo(rememberedQueries),
      });
    },

    plan(text, document, schema) {
      const { operationOf, queries } = supergraphOf(schema);
      for (const definition of operationsOf(document)) operationOf(document, definition).prepare();
      const query = onlyQueryOf(document);
      if (query !== undefined) queries.set(text, operationOf(document, query), text.length);
    },

    async execute(request) {
      const { schema, document, source, context } = request;
      const { operationOf, queries } = supergraphOf(schema);
      // Of what comes by both ways, as where variables don't fit, there is one plan.
      const operation = queries.get(source) ?? operationOf(document, request.operation);
      const { variables = {} } = request.request;
      const answer = await operation.execute(variables, context as GatewayContext);
      if (!options.exposeQueryPlans || !request.request.http?.headers.has(planHeader)) return answer;
      return {
        ...answer,
        extensions: { ...answer.extensions, __queryPlanExperimental: operation.describePlan(variables) },
      };
    },

    queryOf(schema, text) {
      const { operationOf, queries } = supergraphOf(schema);
      const known = queries.get(text);
      if (known !== undefined) return known;
      const document = parse(text);
      const query = onlyQueryOf(document);
      if (query === undefined) return undefined;
      try {
        const compiled = operationOf(document, query);
        queries.set(text, compiled, text.length);
        return compiled;
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * Compiled operations live as long as their document, or as long as their text is known. Apollo Server's document store, which
 * is bounded, decides how long that is; forgetting parsed documents and their plans together needs no second bound.
 */
function rememberOperations(deps: OperationDeps): CompiledSupergraph['operationOf'] {
  const documents = new WeakMap<DocumentNode, Map<OperationDefinitionNode, CompiledOperation>>();
  return (document, operation) => {
    let operations = documents.get(document);
    if (operations === undefined) {
      operations = new Map();
      documents.set(document, operations);
    }
    let compiled = operations.get(operation);
    if (compiled === undefined) {
      compiled = compileOperation(document, operation, deps);
      operations.set(operation, compiled);
    }
    return compiled;
  };
}

function operationsOf({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

function onlyQueryOf(document: DocumentNode): OperationDefinitionNode | undefined {
  const [operation, ...others] = operationsOf(document);
  return others.length === 0 && operation?.operation === 'query' ? operation : undefined;
}
