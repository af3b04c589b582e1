import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Selections } from './compile-query.ts';
import type { Entity } from './entities.ts';
import {
  type Execution,
  executeSelection,
  isLost,
  isPromise,
  Position,
  settle,
  whenResolved,
} from './execute-query.ts';
import { FieldInfo } from './field-info.ts';

/** Puts what a value, which is neither null nor an error, comes to where the answer has it. May throw. */
export type Complete = (execution: Execution, value: unknown, position: Position) => void;

/** How values of a type are completed, as the specification has it: https://spec.graphql.org/October2021/#CompleteValue() */
export function completionOf(
  field: { schema: GraphQLSchema; selections: Selections; isOfEntities: boolean },
  outputType: GraphQLOutputType,
): Complete {
  const { schema, selections } = field;
  const type = isNonNullType(outputType) ? outputType.ofType : outputType;
  if (isListType(type)) {
    const complete = completionOf({ ...field, isOfEntities: false }, type.ofType);
    if (field.isOfEntities) return entitiesOf(selections, complete);
    return listOf(complete, !isNonNullType(type.ofType));
  }
  if (isLeafType(type)) return leafOf(type);
  if (isObjectType(type)) return objectOf(type, selections);
  return abstractOf(schema, type, selections);
}

function leafOf(type: GraphQLLeafType): Complete {
  return (_execution, value, { container, key }) => {
    const serialized = type.serialize(value);
    if (serialized == null) throw new Error(`A value of ${type.name} was serialized to nothing`);
    container[key] = serialized;
  };
}

function listOf(complete: Complete, isNullable: boolean): Complete {
  return (execution, value, position) => {
    if (!isIterable(value))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${position.field.parentType.name}.${position.field.name}".`,
      );
    const items = Array.isArray(value) ? value : [...value];
    const container = listAt(position, items.length);
    for (let index = 0; index < items.length; index += 1) {
      const at = new Position(position, index, undefined, container, position.field, isNullable);
      settle(execution, items[index], at, complete);
      if (!isNullable && isLost(execution, position)) return;
    }
  };
}

/** Of what `_entities` resolves to, see entities.ts. What is read below a representation is noted for it. */
function entitiesOf(selections: Selections, completeAny: Complete): Complete {
  const completeOf = new Map<GraphQLObjectType, Complete>();

  function completionAs(type: GraphQLObjectType): Complete {
    let complete = completeOf.get(type);
    if (complete === undefined) {
      complete = objectOf(type, selections);
      completeOf.set(type, complete);
    }
    return complete;
  }

  return (execution, value, position) => {
    const entities = value as readonly Entity[];
    const container = listAt(position, entities.length);
    entities.forEach(({ type, resolve }, index) => {
      const at = new Position(position, index, undefined, container, position.field, true);
      const complete = type === undefined ? completeAny : completionAs(type);
      execution.context.answer.attribute(at, () => settle(execution, resolve(), at, complete));
    });
  };
}

/** A list of nothing yet, which has the position. */
function listAt(position: Position, length: number): Position['container'] {
  const list: unknown[] = new Array(length).fill(null);
  position.container[position.key] = list;
  return list as unknown as Position['container']; // By their numbers; nobody writes to it by a name.
}

function objectOf(type: GraphQLObjectType, selections: Selections): Complete {
  return (execution, value, position) => object(selections, type, execution, value, position);
}

function object(
  selections: Selections,
  type: GraphQLObjectType,
  execution: Execution,
  value: unknown,
  position: Position,
): void {
  const answer: Record<string, unknown> = {};
  position.container[position.key] = answer;
  executeSelection(execution, selections(type), value, answer, position);
}

function abstractOf(schema: GraphQLSchema, type: GraphQLAbstractType, selections: Selections): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (execution, value, position) => {
    const name = resolveType(value, execution.context, new FieldInfo(execution, position), type);
    const complete = (resolved: unknown) =>
      object(selections, possibleType(schema, type, resolved), execution, value, position);
    if (isPromise(name)) whenResolved(execution, name, position, complete);
    else complete(name);
  };
}

function possibleType(schema: GraphQLSchema, type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
  const resolved = typeof name === 'string' ? schema.getType(name) : undefined;
  if (!isObjectType(resolved))
    throw new GraphQLError(
      `Abstract type "${type.name}" was resolved to ${JSON.stringify(name)}, which is no object type.`,
    );
  if (!schema.isSubType(type, resolved))
    throw new GraphQLError(
      `Runtime Object type "${resolved.name}" is not a possible type for "${type.name}".`,
    );
  return resolved;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
