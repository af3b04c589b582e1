import { type GraphQLError, getArgumentValues, locatedError } from 'graphql';
import { CodedError } from '../../../platform/errors.ts';
import type { RequestContext } from '../request-context.ts';
import { type CachePolicy, createCachePolicy } from './cache-hints.ts';
import type { CompiledField, CompiledQuery, Selection } from './compile-query.ts';
import type { Complete } from './complete.ts';
import { FieldInfo } from './field-info.ts';

export interface QueryResult {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLError[];
  /** For how long, and for whom, the answer may be kept, by the schema and its resolvers. */
  readonly policy: CachePolicy;
}

/**
 * Executes a query as graphql-js does (https://spec.graphql.org/October2021/#sec-Execution), with two differences in how, and none
 * in what comes out. What no request changes was compiled. And values are written to their place in the answer as they come, while
 * graphql-js makes a promise of every object that holds one: here the answer waits for a counter to reach zero.
 *
 * @param variables as `getVariableValues` of graphql-js gives them
 */
export function executeQuery(
  query: CompiledQuery,
  context: RequestContext,
  variables: Record<string, unknown>,
): Promise<QueryResult> {
  const { promise, resolve } = Promise.withResolvers<QueryResult>();
  const data: Record<string, unknown> = {};
  const execution: Execution = {
    query,
    context,
    variables,
    policy: createCachePolicy(),
    infos: [],
    errors: [],
    isNothing: false,
    unresolved: 1,
    done() {
      const { policy, errors, infos } = execution;
      for (const info of infos) policy.restrict(info.settledHint());
      resolve({ data: execution.isNothing ? null : data, errors, policy });
    },
  };
  executeSelection(execution, query.rootOf(variables), undefined, data, undefined);
  resolved(execution);
  return promise;
}

/** The state of one execution. */
export interface Execution {
  readonly query: CompiledQuery;
  readonly context: RequestContext;
  readonly variables: Record<string, unknown>;
  readonly policy: CachePolicy;
  /** Of the fields that have a resolver. */
  readonly infos: FieldInfo[];
  readonly errors: GraphQLError[];
  /** Whether an error has left nothing of the answer. */
  isNothing: boolean;
  /** Promises that are waited for, and the beginning. */
  unresolved: number;
  done(): void;
}

function resolved(execution: Execution): void {
  execution.unresolved -= 1;
  if (execution.unresolved === 0) execution.done();
}

/** A place in the answer, and the path to it as graphql-js knows paths. */
export class Position {
  readonly prev: Position | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
  /** What has the place: an object or a list of the answer. */
  readonly container: Record<string | number, unknown>;
  readonly field: CompiledField;
  readonly isNullable: boolean;
  /** Whether an error has made it null. What is still being read below it is of no use any more. */
  isLost = false;

  constructor(
    prev: Position | undefined,
    key: string | number,
    typename: string | undefined,
    container: Record<string | number, unknown>,
    field: CompiledField,
    isNullable: boolean,
  ) {
    this.prev = prev;
    this.key = key;
    this.typename = typename;
    this.container = container;
    this.field = field;
    this.isNullable = isNullable;
  }
}

/** Puts all fields of an object into the answer, or sees to it that they get there. */
export function executeSelection(
  execution: Execution,
  { type, fields, hint }: Selection,
  source: unknown,
  answer: Record<string, unknown>,
  prev: Position | undefined,
): void {
  execution.policy.restrict(hint);
  for (const field of fields) {
    if (field.definition === undefined) {
      answer[field.key] = type.name;
      continue;
    }
    let position: Position | undefined;
    try {
      const property = field.resolve === undefined ? propertyOf(source, field.name) : undefined;
      if (field.serialize !== undefined && putLeaf(field, field.serialize, property, answer)) continue;
      // The place comes first: fields have the order in which they were asked for, whenever their values come.
      answer[field.key] = null;
      position = new Position(prev, field.key, type.name, answer, field, field.isNullable);
      settle(execution, resolveField(execution, field, source, property, position), position, field.complete);
    } catch (error) {
      answer[field.key] = null;
      position ??= new Position(prev, field.key, type.name, answer, field, field.isNullable);
      fail(execution, position, error);
    }
    // What else would be read is of no use any more.
    if (!field.isNullable && isLost(execution, prev)) return;
  }
}

/**
 * Puts the value of a property there, where that takes neither a wait nor an error: most of all fields are such, and nothing else
 * has to be made for them.
 *
 * @returns false: it does take more
 */
function putLeaf(
  { key, isNullable }: CompiledField,
  serialize: (value: unknown) => unknown,
  value: unknown,
  answer: Record<string, unknown>,
): boolean {
  if (value === null || value === undefined) {
    if (isNullable) answer[key] = null;
    return isNullable;
  }
  if ((typeof value === 'object' && !(value instanceof Date)) || typeof value === 'function') return false;
  const serialized = serialize(value);
  if (serialized === null || serialized === undefined) return false;
  answer[key] = serialized;
  return true;
}

/** Whether an error has made the position null, or something that holds it. */
export function isLost(execution: Execution, position: Position | undefined): boolean {
  if (execution.errors.length === 0) return false;
  for (let at = position; at !== undefined; at = at.prev) if (at.isLost) return true;
  return execution.isNothing;
}

function propertyOf(source: unknown, name: string): unknown {
  return typeof source === 'object' && source !== null
    ? (source as Record<string, unknown>)[name]
    : undefined;
}

/** @throws CodedError SUBGRAPH_UNAVAILABLE when nobody waits for the answer any more: see stop-given-up.ts */
function resolveField(
  execution: Execution,
  field: CompiledField,
  source: unknown,
  property: unknown,
  position: Position,
): unknown {
  const { resolve } = field;
  if (resolve === undefined) {
    if (typeof property !== 'function') return property;
    const info = new FieldInfo(execution, position);
    return property.call(source, argumentsOf(execution, field), execution.context, info);
  }
  if (execution.context.signal.aborted) throw new CodedError('SUBGRAPH_UNAVAILABLE');
  const info = new FieldInfo(execution, position);
  execution.infos.push(info);
  return resolve(source, argumentsOf(execution, field), execution.context, info);
}

function argumentsOf({ variables }: Execution, field: CompiledField): Record<string, unknown> {
  const { constantArguments, variableArguments, definition, nodes } = field;
  if (constantArguments !== undefined || definition === undefined) return constantArguments ?? {};
  if (variableArguments !== undefined) {
    const args: Record<string, unknown> = {};
    for (const [name, variable] of variableArguments) args[name] = variables[variable];
    // What is not given may have a default, and what is null may not be.
    if (Object.values(args).every((value) => value !== null && value !== undefined)) return args;
  }
  return getArgumentValues(definition, nodes[0], variables);
}

/** Completes a value, now or when it is there. What goes wrong is an error of the position. */
export function settle(execution: Execution, value: unknown, position: Position, complete: Complete): void {
  if (isPromise(value))
    whenResolved(execution, value, position, (resolvedValue) =>
      settleNow(execution, resolvedValue, position, complete),
    );
  else settleNow(execution, value, position, complete);
}

function settleNow(execution: Execution, value: unknown, position: Position, complete: Complete): void {
  try {
    if (value instanceof Error) throw value;
    if (value !== null && value !== undefined) complete(execution, value, position);
    else if (!position.isNullable) {
      const { parentType, name } = position.field;
      throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${name}.`);
    }
  } catch (error) {
    fail(execution, position, error);
  }
}

/** Goes on with a value when it is there. What goes wrong is an error of the position. */
export function whenResolved(
  execution: Execution,
  value: PromiseLike<unknown>,
  position: Position,
  goOn: (value: unknown) => void,
): void {
  execution.unresolved += 1;
  // A promise of ours goes on in the part of the answer that waits for it (answer-record.ts), whoever resolves it.
  Promise.resolve(value).then(
    (resolvedValue) => {
      try {
        goOn(resolvedValue);
      } catch (error) {
        fail(execution, position, error);
      }
      resolved(execution);
    },
    (error: unknown) => {
      fail(execution, position, error);
      resolved(execution);
    },
  );
}

/** Notes the error, and makes null what may be null and holds the position: https://spec.graphql.org/October2021/#sec-Handling-Field-Errors */
function fail(execution: Execution, position: Position, error: unknown): void {
  const path: (string | number)[] = [];
  let nullable: Position | undefined;
  if (isLost(execution, position)) return;
  for (let at: Position | undefined = position; at !== undefined; at = at.prev) {
    if (nullable === undefined && at.isNullable) nullable = at;
    path.unshift(at.key);
  }
  execution.errors.push(locatedError(error, position.field.nodes, path));
  if (nullable === undefined) execution.isNothing = true;
  else {
    nullable.isLost = true;
    nullable.container[nullable.key] = null;
  }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
