import {
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';

type Values = Record<string, unknown>;

/** Coerces what a request gives for an operation's variables. Undefined: it is wrong, or not for us to say what it is. */
export type CoerceVariables = (given: Readonly<Values>) => Values | undefined;

/**
 * As `getVariableValues` of graphql-js does (https://spec.graphql.org/October2021/#sec-Coercing-Variable-Values). It looks up the type of
 * each variable again, and keeps the way to each item of a list, which gateways send long ones of, in case that one is wrong.
 */
export function coercionOf(schema: GraphQLSchema, operation: OperationDefinitionNode): CoerceVariables {
  const definitions = operation.variableDefinitions ?? [];
  const simple: { name: string; read: ReadValue; isRequired: boolean }[] = [];
  for (const { variable, type: node, defaultValue } of definitions) {
    const type = typeFromAST(schema, node as Parameters<typeof typeFromAST>[1]);
    const read = isInputType(type) && defaultValue === undefined ? readerOf(type) : undefined;
    if (read === undefined) return (given) => getVariableValues(schema, definitions, given as Values).coerced;
    simple.push({ name: variable.name.value, read, isRequired: isNonNullType(type) });
  }

  return (given) => {
    const values: Values = {};
    for (const { name, read, isRequired } of simple) {
      if (!Object.hasOwn(given, name)) {
        if (isRequired) return undefined;
        continue;
      }
      const value = read(given[name]);
      if (value === undefined) return undefined;
      values[name] = value;
    }
    return values;
  };
}

/** Undefined for what is wrong. */
type ReadValue = (value: unknown) => unknown;

/** Of scalars, enums and lists of these; for input objects there is none. */
function readerOf(type: GraphQLInputType): ReadValue | undefined {
  if (isNonNullType(type)) {
    const read = readerOf(type.ofType);
    return read && ((value) => read(value) ?? undefined);
  }
  if (isListType(type)) {
    const read = readerOf(type.ofType);
    return read && ((value) => readList(read, value));
  }
  if (!isLeafType(type)) return undefined;
  return (value) => {
    if (value === null) return null;
    try {
      return type.parseValue(value);
    } catch {
      return undefined;
    }
  };
}

function readList(read: ReadValue, value: unknown): unknown {
  if (value === null) return null;
  // One item for a list of it is allowed, and rare: then it is graphql-js that says what comes of it.
  if (!Array.isArray(value)) return undefined;
  const items: unknown[] = [];
  for (const given of value) {
    const item = read(given);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}
