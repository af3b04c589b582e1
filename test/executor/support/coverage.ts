import {
  type ExecutionResult,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isUnionType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { documentOf, type ExecutorRun, type MadeCall } from './both-executors.ts';
import type { RandomRun } from './compare.ts';

/** What random operations met. Those that meet nothing compare nothing. */
export interface Coverage {
  note(run: RandomRun, outcome: ExecutorRun): void;
  /** How many operations met each kind of thing; what none met is not in it. */
  readonly times: ReadonlyMap<string, number>;
  /** "Type.field", and "Type.field(argument)", that a client can ask for, and nobody asked for. */
  neverAsked(): string[];
}

export function createCoverage(schema: GraphQLSchema): Coverage {
  const times = new Map<string, number>();
  const unasked = new Set(coordinatesOf(schema));
  return {
    times,
    neverAsked: () => [...unasked],
    note(run, outcome) {
      const met = new Set([
        ...inOperation(run, schema, (coordinate) => unasked.delete(coordinate)),
        ...outcome.calls.flatMap((call) => [...inCall(call, run)]),
        ...inResult(outcome.result),
      ]);
      for (const kind of met) times.set(kind, (times.get(kind) ?? 0) + 1);
    },
  };
}

function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'))
    .flatMap((type) =>
      Object.values(isObjectType(type) || isInterfaceType(type) ? type.getFields() : {}).flatMap((field) => [
        `${type.name}.${field.name}`,
        ...field.args.map((argument) => `${type.name}.${field.name}(${argument.name})`),
      ]),
    );
}

function inOperation(
  { operation }: RandomRun,
  schema: GraphQLSchema,
  asked: (coordinate: string) => void,
): Set<string> {
  const met = new Set<string>();
  const types = new TypeInfo(schema);
  visit(
    documentOf(operation, schema),
    visitWithTypeInfo(types, {
      OperationDefinition({ operation }) {
        met.add(operation);
      },
      Field({ name, alias, arguments: given = [] }) {
        const parent = types.getParentType();
        if (alias !== undefined) met.add('alias');
        if (name.value === '__typename') met.add('__typename');
        if (isUnionType(parent)) met.add('selection in a union');
        asked(`${parent?.name}.${name.value}`);
        for (const argument of given) asked(`${parent?.name}.${name.value}(${argument.name.value})`);
      },
      Directive({ name }) {
        met.add(`@${name.value}`);
      },
      FragmentSpread() {
        met.add('fragment by name');
      },
      InlineFragment({ typeCondition }) {
        const type = types.getType();
        if (typeCondition === undefined) met.add('fragment without a type');
        else
          met.add(
            isInterfaceType(type) || isUnionType(type)
              ? 'fragment on an abstract type'
              : 'fragment on a type',
          );
      },
      VariableDefinition({ variable }) {
        met.add(variable.name.value in operation.variables ? 'variable' : 'variable without a value');
      },
    }),
  );
  return met;
}

function* inCall({ subgraph, variables, answer }: MadeCall, { weather }: RandomRun): Generator<string> {
  if (answer === undefined && weather.dead === subgraph) yield 'dead subgraph';
  const failed = answer?.errors ?? [];
  if (failed.length > 0) yield 'failing field';
  if (!('representations' in variables)) return;
  yield 'entities';
  if (failed.some(({ path }) => path?.length === 1)) yield 'failing entities';
  const entities = answer?.data?._entities;
  if (!Array.isArray(entities)) return;
  const failures = new Set(failed.filter(({ path }) => path?.length === 2).map(({ path }) => path?.[1]));
  if (failures.size > 0) yield 'failing entity';
  if (entities.some((entity, index) => entity === null && !failures.has(index))) yield 'missing entity';
}

function* inResult({ data, errors, extensions }: ExecutionResult): Generator<string> {
  if (errors !== undefined) yield 'error';
  if (extensions !== undefined) yield 'value completion';
  const text = JSON.stringify(data);
  if (text.includes(':null')) yield 'null';
  if (text.includes('[]')) yield 'empty list';
  if (text.includes('[null') || text.includes(',null')) yield 'null in a list';
}
