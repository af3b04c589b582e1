import {
  type GraphQLNamedType,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  Kind,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/** A variable that an operation declares. */
export interface DeclaredVariable {
  readonly name: string;
  /** Its type in the schema. */
  readonly type: GraphQLType | undefined;
  /**
   * The canonical text of the value that means the same as leaving the variable out; undefined if no value
   * provably does.
   */
  readonly textOfDefault: string | undefined;
}

export function declaredVariable(
  definition: VariableDefinitionNode,
  type: GraphQLType | undefined,
): DeclaredVariable {
  const { variable, defaultValue } = definition;
  const value = defaultValue === undefined ? undefined : plainValue(defaultValue, type);
  return {
    name: variable.name.value,
    type,
    textOfDefault: value === undefined ? undefined : JSON.stringify(value),
  };
}

/**
 * The variables of a request as texts, one for each that the operation declares, in that order; '' for one that
 * is left out. Two requests have the same texts only if the operation can't tell them apart:
 * - variables that the operation doesn't declare are dropped: the spec's CoerceVariableValues never reads them.
 * - so is the order of the variables, and of the fields of input objects: both are looked up by name. Inside of
 *   custom scalars the order stays, since those get their values as they come.
 * - a value that equals the default counts as left out, where coercion gives the very same value for both.
 *
 * null, values that coerce alike (1 and [1] for a list, 1 and "1" for an ID) and anything that doesn't fit its type
 * stay apart. 0 and -0 don't: subgraphs get variables in JSON, as JSON.stringify writes it, and that has one zero.
 *
 * @throws RangeError for a value that is nested too deeply to be written as JSON
 */
export function canonicalVariables(
  declared: readonly DeclaredVariable[],
  given: Readonly<Record<string, unknown>>,
): string[] {
  return declared.map(({ name, type, textOfDefault }) => {
    if (!Object.hasOwn(given, name)) return '';
    const text = canonicalText(given[name], type);
    return text === textOfDefault ? '' : text;
  });
}

/** JSON with the fields of input objects in the order of their names. */
function canonicalText(value: unknown, type: GraphQLType | undefined): string {
  if (isNonNullType(type)) return canonicalText(value, type.ofType);
  if (isListType(type)) {
    if (!Array.isArray(value)) return canonicalText(value, type.ofType);
    return `[${value.map((item) => canonicalText(item, type.ofType)).join(',')}]`;
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null || Array.isArray(value))
    return JSON.stringify(value);
  const types = type.getFields();
  const fields = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalText(field, types[name]?.type)}`);
  return `{${fields.join(',')}}`;
}

/**
 * The JSON value that coerces to what a literal does; undefined where that isn't plain to see, as for custom
 * scalars, which may read a literal and a value in two ways.
 */
function plainValue(
  literal: ValueNode,
  type: GraphQLType | undefined,
): string | number | boolean | null | undefined {
  if (isNonNullType(type)) return plainValue(literal, type.ofType);
  if (literal.kind === Kind.NULL) return null;
  if (isEnumType(type)) return literal.kind === Kind.ENUM ? literal.value : undefined;
  if (type === undefined || isListType(type) || !isSpecifiedScalarType(type)) return undefined;
  return plainScalar(literal, type);
}

function plainScalar(literal: ValueNode, { name }: GraphQLNamedType): string | number | boolean | undefined {
  switch (literal.kind) {
    case Kind.STRING:
      return name === 'String' || name === 'ID' ? literal.value : undefined;
    case Kind.BOOLEAN:
      return name === 'Boolean' ? literal.value : undefined;
    case Kind.INT:
      if (name === 'ID') return literal.value;
      return name === 'Int' || name === 'Float' ? plainNumber(literal.value) : undefined;
    case Kind.FLOAT:
      return name === 'Float' ? plainNumber(literal.value) : undefined;
    default:
      return undefined;
  }
}

/** Without what JSON can't write as it is: infinities and the negative zero. */
function plainNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined;
}
