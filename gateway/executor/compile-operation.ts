import { type Operation, operationFromDocument, type Schema } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, type QueryPlan, type QueryPlanner } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  print,
} from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { CombinationsOfOne } from './combinations.ts';
import { compilePlan, type PlanDeps } from './compile-plan.ts';
import { conditionVariables } from './conditions.ts';
import type { Execution, Variables } from './execution.ts';
import type { Step } from './fetch-step.ts';
import { createIntrospection } from './introspection.ts';
import type { JsonObject } from './json-value.ts';
import { resolveConditions } from './resolve-conditions.ts';
import { compileShape, type ShapeAnswer } from './shape-answer.ts';

/** An operation of a document. */
export interface CompiledOperation {
  /** Without data: the variables don't fit, and nobody was asked anything. */
  execute(sentVariables: Variables, context: GatewayContext): Promise<ExecutionResult>;
  /**
   * Plans it ahead of the first who asks, unless that is done. One with more than a few conditions is planned as they are met: most
   * combinations never are.
   *
   * @throws Error, or GraphQLError, when it can't be planned
   */
  prepare(): void;
  /** The plan as Apollo Sandbox shows it; undefined where the variables decide that there is none. */
  describePlan(sentVariables: Variables): string | undefined;
}

/** What is executed for requests that agree in their conditions. */
export interface PlannedOperation {
  readonly plan: QueryPlan;
  readonly run: Step | undefined;
  readonly shape: ShapeAnswer;
}

export interface OperationDeps extends PlanDeps {
  readonly planner: QueryPlanner;
  /** The schema that clients see, as the planner's library and as GraphQL.js have it. */
  readonly apiSchema: Schema;
  readonly graphqlSchema: GraphQLSchema;
  /** What is remembered of operations with conditions. */
  readonly combinations: (documentLength: number) => CombinationsOfOne<PlannedOperation>;
}

/** With so many condition variables an operation is planned for all their values ahead. */
const mostVariablesAhead = 2;

/** @throws Error, or GraphQLError, when an operation without conditions can't be planned */
export function compileOperation(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  deps: OperationDeps,
): CompiledOperation {
  const { apiSchema, graphqlSchema } = deps;
  const operation = readOperation(document, definition, apiSchema);
  const definitions = definition.variableDefinitions ?? [];
  const defaults: Variables = operation.collectDefaultedVariableValues();
  const conditions = conditionVariables(operation);
  const rootType = apiSchema.schemaDefinition.rootType(operation.rootKind);
  if (rootType === undefined) throw new Error(`there is no ${operation.rootKind}`);
  const introspect = createIntrospection(graphqlSchema, definitions);
  // Conditions or not, the shape is that of the client's document: its order is the order of the answer's keys.
  const shapeFor = (variables: Variables) =>
    compileShape(operation.selectionSet, rootType, variables, { schema: apiSchema, introspect });
  const plannedFor =
    conditions === undefined
      ? always({ ...planOperation(operation, deps), shape: shapeFor(defaults) })
      : planByConditions(document, definition, { conditions, shapeFor }, deps);

  return {
    async execute(sentVariables, context) {
      const { errors: faults } = getVariableValues(graphqlSchema, definitions, sentVariables);
      if (faults !== undefined) return { errors: faults };
      const variables = { ...defaults, ...sentVariables };
      const undecided = conditions && undecidedBy(variables, conditions);
      if (undecided !== undefined) return { errors: [refuseUndecided(undecided)] };

      const { run, shape } = plannedFor(variables);
      const execution: Execution = {
        data: {},
        variables,
        sentVariables,
        errors: [],
        asked: new Map(),
        context,
      };
      await run?.(execution);
      const { data, completions } = shape(execution.data, variables);
      return answerOf(data, execution.errors, completions);
    },

    prepare() {
      if (conditions === undefined || conditions.length > mostVariablesAhead) return;
      for (const values of allValuesOf(conditions)) plannedFor(values);
    },

    describePlan(sentVariables) {
      const variables = { ...defaults, ...sentVariables };
      if (conditions !== undefined && undecidedBy(variables, conditions) !== undefined) return undefined;
      return prettyFormatQueryPlan(plannedFor(variables).plan);
    },
  };
}

function readOperation(
  document: DocumentNode,
  { name }: OperationDefinitionNode,
  apiSchema: Schema,
): Operation {
  return operationFromDocument(
    apiSchema,
    document,
    name === undefined ? undefined : { operationName: name.value },
  );
}

function always(planned: PlannedOperation): (variables: Variables) => PlannedOperation {
  return () => planned;
}

/** Each combination of the conditions' values has a plan of its own: Apollo's planner is right where it sees none. */
function planByConditions(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  options: { conditions: readonly string[]; shapeFor: (variables: Variables) => ShapeAnswer },
  deps: OperationDeps,
): (variables: Variables) => PlannedOperation {
  const { conditions, shapeFor } = options;
  const remembered = deps.combinations(document.loc?.source.body.length ?? print(document).length);
  return (variables) => {
    const combination = conditions.map((name) => (variables[name] === true ? '1' : '0')).join('');
    return remembered(combination, () => {
      // Without what else this request brings: it is kept.
      const values = Object.fromEntries(conditions.map((name) => [name, variables[name]]));
      const left = resolveConditions(document, definition, values);
      const planned =
        left === undefined
          ? nothingToFetch
          : planOperation(readOperation(left.document, left.definition, deps.apiSchema), deps);
      return { ...planned, shape: shapeFor(values) };
    });
  };
}

type Planned = Pick<PlannedOperation, 'plan' | 'run'>;

const nothingToFetch: Planned = { plan: { kind: 'QueryPlan' }, run: undefined };

function planOperation(operation: Operation, deps: OperationDeps): Planned {
  const plan = deps.planner.buildQueryPlan(operation);
  if (plan.node?.kind === 'Subscription') throw new Error('subscriptions are not executed');
  return {
    plan,
    run: plan.node && compilePlan(plan.node, { ...deps, isQuery: operation.rootKind === 'query' }),
  };
}

function undecidedBy(variables: Variables, conditions: readonly string[]): string | undefined {
  return conditions.find((name) => typeof variables[name] !== 'boolean');
}

/** Every combination of true and false; of no variables there is one. */
function allValuesOf(variables: readonly string[]): Variables[] {
  return variables.reduce<Variables[]>(
    (all, variable) =>
      all.flatMap((values) => [false, true].map((value) => ({ ...values, [variable]: value }))),
    [{}],
  );
}

/** Nulls that stand for missing values are told of where nothing else explains them. */
function answerOf(
  data: JsonObject | null,
  errors: readonly Error[],
  completions: readonly GraphQLFormattedError[],
): ExecutionResult {
  if (errors.length > 0) return { errors: errors as readonly GraphQLError[], data };
  return completions.length > 0 ? { data, extensions: { valueCompletion: completions } } : { data };
}

/** A variable with a default may be null by its type, and a condition can't. */
function refuseUndecided(variable: string): GraphQLError {
  return new GraphQLError(`Variable "$${variable}" of @skip or @include must not be null.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
