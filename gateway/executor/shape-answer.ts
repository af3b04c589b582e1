import {
  type CompositeType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  type NamedType,
  type Schema,
  type SelectionSet,
  type Type,
} from '@apollo/federation-internals';
import type { GraphQLFormattedError } from 'graphql';
import { type AskedField, askedFields } from './asked-fields.ts';
import type { Variables } from './execution.ts';
import type { AnswerIntrospection } from './introspection.ts';
import { isJsonObject, type JsonObject, ownValue, setOwn } from './json-value.ts';
import { leafCheck } from './leaf-values.ts';
import { bubbling, type Complete, describe, failed, invalid, report, type Shaping } from './shaping.ts';

interface ShapedAnswer {
  /** Null when a null bubbled up to the root. */
  readonly data: JsonObject | null;
  readonly completions: readonly GraphQLFormattedError[];
}

/** Reduces what subgraphs answered to what the client asked for: its keys, in its order, valid against the schema. */
export type ShapeAnswer = (data: JsonObject, variables: Variables) => ShapedAnswer;

export interface ShapeDeps {
  /** The schema that clients see. */
  readonly schema: Schema;
  readonly introspect: AnswerIntrospection;
}

/** @param variables decide what is skipped and included; the result serves all requests that agree in that */
export function compileShape(
  selectionSet: SelectionSet,
  rootType: CompositeType,
  variables: Variables,
  deps: ShapeDeps,
): ShapeAnswer {
  const complete = completeObject(rootType, [selectionSet], { ...deps, variables }, rootType.name);
  return (data, requestVariables) => {
    const shaping: Shaping = { path: [], completions: [], variables: requestVariables };
    const shaped = complete(data, shaping);
    return { data: isJsonObject(shaped) ? shaped : null, completions: shaping.completions };
  };
}

interface Compiling extends ShapeDeps {
  readonly variables: Variables;
}

/** @param parentName for messages: the type whose field the value is */
function completeType(
  type: Type,
  selectionSets: readonly SelectionSet[],
  compiling: Compiling,
  parentName: string,
): Complete {
  if (isNonNullType(type)) {
    const inner = completeType(type.ofType, selectionSets, compiling, parentName);
    const typeName = type.ofType.toString();
    return (value, shaping) => {
      const completed = inner(value, shaping);
      if (completed === null)
        report(shaping, `Cannot return null for non-nullable ${describe(shaping, typeName, parentName)}.`);
      return completed === null || completed === failed ? bubbling : completed;
    };
  }
  if (isListType(type)) return completeList(type, selectionSets, compiling, parentName);
  if (isCompositeType(type)) return completeObject(type, selectionSets, compiling, parentName);
  return completeLeaf(type, parentName);
}

function completeList(
  type: Type & { readonly ofType: Type },
  selectionSets: readonly SelectionSet[],
  compiling: Compiling,
  parentName: string,
): Complete {
  const completeItem = completeType(type.ofType, selectionSets, compiling, parentName);
  const typeName = type.toString();
  return (value, shaping) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return invalid(shaping, typeName, parentName);
    let lost = false;
    const items = new Array<unknown>(value.length);
    for (let index = 0; index < value.length; index += 1) {
      shaping.path.push(index);
      const item = completeItem(value[index], shaping);
      shaping.path.pop();
      if (item === bubbling) lost = true;
      items[index] = item === failed ? null : item;
    }
    return lost ? failed : items;
  };
}

function completeObject(
  declared: CompositeType,
  selectionSets: readonly SelectionSet[],
  compiling: Compiling,
  parentName: string,
): Complete {
  const { schema } = compiling;
  // By the type that the object says it has: a fragment asks different things of different types.
  const writers = new Map<string, WriteObject>();
  const writerFor = (typename: string): WriteObject | undefined => {
    const type = schema.type(typename);
    return type !== undefined && isCompositeType(type)
      ? writeObject(type, selectionSets, compiling)
      : undefined;
  };
  const typeName = declared.toString();
  return (value, shaping) => {
    if (value === null || value === undefined) return null;
    if (!isJsonObject(value)) return invalid(shaping, typeName, parentName);
    // Subgraphs are asked for it where it isn't obvious.
    const typename = typeof value.__typename === 'string' ? value.__typename : declared.name;
    let write = writers.get(typename);
    if (write === undefined) {
      write = writerFor(typename);
      // A type that the schema doesn't have is not remembered: a subgraph could name any number of them.
      if (write !== undefined) writers.set(typename, write);
    }
    if (write !== undefined) return write(value, shaping);
    report(shaping, `Invalid __typename found for object at ${describe(shaping, typeName, parentName)}.`);
    return failed;
  };
}

type WriteObject = (value: JsonObject, shaping: Shaping) => unknown;

/** Writes an object of one type, key by key. */
function writeObject(
  type: CompositeType,
  selectionSets: readonly SelectionSet[],
  compiling: Compiling,
): WriteObject {
  const fields = askedFields(selectionSets, type, compiling.variables).map((field) => ({
    key: field.key,
    read: compileField(field, type, compiling),
  }));
  return (value, shaping) => {
    const written: JsonObject = {};
    for (const { key, read } of fields) {
      shaping.path.push(key);
      const completed = read(value, shaping);
      shaping.path.pop();
      if (completed === bubbling) return failed;
      setOwn(written, key, completed === failed ? null : completed);
    }
    return written;
  };
}

type ReadField = (object: JsonObject, shaping: Shaping) => unknown;

function compileField(field: AskedField, type: CompositeType, compiling: Compiling): ReadField {
  const { key, selections, parentName } = field;
  const [{ element }] = selections as [AskedField['selections'][number]];
  if (element.definition.isSchemaIntrospectionField())
    return (_object, { variables }) => compiling.introspect(selections, variables);
  if (element.name === '__typename') {
    // Of an interface object only the interface is known where nobody was asked for the object's own type.
    const known = isObjectType(type) ? type.name : bubbling;
    return (object) => objectTypeName(compiling.schema, ownValue(object, key)) ?? known;
  }
  const complete = completeType(
    element.definition.type as Type,
    selections.flatMap(({ selectionSet }) => selectionSet ?? []),
    compiling,
    parentName,
  );
  return (object, shaping) => complete(ownValue(object, key), shaping);
}

function objectTypeName(schema: Schema, typename: unknown): string | undefined {
  const type = typeof typename === 'string' ? schema.type(typename) : undefined;
  return type !== undefined && isObjectType(type) ? type.name : undefined;
}

function completeLeaf(type: NamedType, parentName: string): Complete {
  if (type.kind !== 'ScalarType' && type.kind !== 'EnumType')
    throw new Error(`${type} can't be part of an answer`);
  const isValid = leafCheck(type);
  const typeName = type.toString();
  return (value, shaping) => {
    if (value === null || value === undefined) return null;
    return isValid(value) ? value : invalid(shaping, typeName, parentName);
  };
}
