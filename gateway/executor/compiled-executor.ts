import type { QueryPlanner } from '@apollo/query-planner';
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
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
  plan(document: DocumentNode, schema: GraphQLSchema): void;
  /** What Apollo Server calls in place of the stock executor, for operations that it has validated. */
  execute(request: RequestContext): Promise<ExecutionResult>;
  /** The query that this text holds and nothing else, if Apollo Server had it executed before. */
  knownQuery(schema: GraphQLSchema, text: string): CompiledOperation | undefined;
}

interface CompiledSupergraph {
  operationOf(document: DocumentNode, operation: OperationDefinitionNode): CompiledOperation;
  /** By their documents' text. */
  readonly knownQueries: BoundedMemo<CompiledOperation>;
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
        knownQueries: createBoundedMemo(rememberedQueries),
      });
    },

    plan(document, schema) {
      for (const definition of document.definitions)
        if (definition.kind === Kind.OPERATION_DEFINITION)
          supergraphOf(schema).operationOf(document, definition).prepare();
    },

    async execute(request) {
      const { schema, document, source, context } = request;
      const { operationOf, knownQueries } = supergraphOf(schema);
      const operation = operationOf(document, request.operation);
      if (isOneQuery(document)) knownQueries.set(source, operation, source.length);
      const { variables = {} } = request.request;
      const answer = await operation.execute(variables, context as GatewayContext);
      if (!options.exposeQueryPlans || !request.request.http?.headers.has(planHeader)) return answer;
      return {
        ...answer,
        extensions: { ...answer.extensions, __queryPlanExperimental: operation.describePlan(variables) },
      };
    },

    knownQuery: (schema, text) => supergraphs.get(schema)?.knownQueries.get(text),
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

function isOneQuery({ definitions }: DocumentNode): boolean {
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operations.length === 1 && (operations[0] as OperationDefinitionNode).operation === 'query';
}
