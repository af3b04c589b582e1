import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, type QueryPlan, type QueryPlanner } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import type { GatewayContext } from '../context.ts';
import { compilePlan, type PlanDeps } from './compile-plan.ts';
import { conditionVariables } from './conditions.ts';
import type { Execution, Variables } from './execution.ts';
import type { Step } from './fetch-step.ts';
import { createIntrospection } from './introspection.ts';
import type { JsonObject } from './json-value.ts';
import { compileShape, type ShapeAnswer } from './shape-answer.ts';

/** An operation of a document, planned. */
export interface CompiledOperation {
  /** Without data: the variables don't fit, and nobody was asked anything. */
  execute(sentVariables: Variables, context: GatewayContext): Promise<ExecutionResult>;
  readonly plan: QueryPlan;
}

export interface OperationDeps extends PlanDeps {
  readonly planner: QueryPlanner;
  /** The schema that clients see, as the planner's library and as GraphQL.js have it. */
  readonly apiSchema: Schema;
  readonly graphqlSchema: GraphQLSchema;
}

/** Of each operation, the combinations of @skip and @include that are remembered: each is compiled by itself. */
const rememberedShapes = 16;

/** @throws Error, or GraphQLError, when the operation can't be planned */
export function compileOperation(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  deps: OperationDeps,
): CompiledOperation {
  const { apiSchema, graphqlSchema, planner } = deps;
  const name = definition.name?.value;
  const operation = operationFromDocument(
    apiSchema,
    document,
    name === undefined ? undefined : { operationName: name },
  );
  const plan = planner.buildQueryPlan(operation);
  if (plan.node?.kind === 'Subscription') throw new Error('subscriptions are not executed');
  const run: Step | undefined = plan.node && compilePlan(plan.node, deps);

  const definitions = definition.variableDefinitions ?? [];
  const defaults: Variables = operation.collectDefaultedVariableValues();
  const conditions = conditionVariables(operation);
  const rootType = apiSchema.schemaDefinition.rootType(operation.rootKind);
  if (rootType === undefined) throw new Error(`there is no ${operation.rootKind}`);
  const shapes = new Map<string, ShapeAnswer>();
  const introspect = createIntrospection(graphqlSchema, definitions);

  const shapeFor = (variables: Variables): ShapeAnswer => {
    const combination = conditions.map((variable) => (variables[variable] === true ? '1' : '0')).join('');
    const known = shapes.get(combination);
    if (known !== undefined) return known;
    const shape = compileShape(operation.selectionSet, rootType, variables, {
      schema: apiSchema,
      introspect,
    });
    if (shapes.size < rememberedShapes) shapes.set(combination, shape);
    return shape;
  };

  // Otherwise variables say which one is asked for.
  if (conditions.length === 0) shapeFor(defaults);

  return {
    plan,
    async execute(sentVariables, context) {
      const { errors: faults } = getVariableValues(graphqlSchema, definitions, sentVariables);
      if (faults !== undefined) return { errors: faults };
      const variables = { ...defaults, ...sentVariables };
      const undecided = conditions.find((variable) => typeof variables[variable] !== 'boolean');
      if (undecided !== undefined) return { errors: [refuseUndecided(undecided)] };

      const execution: Execution = {
        data: {},
        variables,
        sentVariables,
        errors: [],
        context,
      };
      await run?.(execution);
      const { data, completions } = shapeFor(variables)(execution.data, variables);
      return answerOf(data, execution.errors, completions);
    },
  };
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

/** The plan as Apollo Sandbox shows it. */
export function describePlan({ plan }: CompiledOperation): string {
  return prettyFormatQueryPlan(plan);
}
