import assert from 'node:assert/strict';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** A selection, and the fields it asks for as `Type.field`. */
interface Asked {
  readonly text: string;
  readonly fields: readonly string[];
}

/** From one thing to the next, so often: with two there are thousands of operations. */
const mostHops = 1;

/**
 * Operations that between them ask for every field of every type, coming to each from every root field and over every other type:
 * made from the schema, so that no field is forgotten.
 *
 * @param values what to give for arguments, by their names: each is tried alone, and required ones together
 */
export function operationsForEveryField(
  schema: GraphQLSchema,
  values: Readonly<Record<string, readonly string[]>>,
): Asked[] {
  const argumentsOf = (field: GraphQLField<unknown, unknown>): string[] => {
    for (const argument of field.args.filter(isRequiredArgument))
      assert(values[argument.name], `a value for ${field.name}(${argument.name}:)`);
    const given = field.args.flatMap(({ name }) =>
      (values[name] ?? []).map((value) => `(${name}: ${value})`),
    );
    const needsNone = !field.args.some(isRequiredArgument);
    return given.length === 0 || needsNone ? ['', ...given] : given;
  };

  /** All leaves; of what leads on, one thing at a time. */
  const selections = (type: GraphQLNamedType, hops: number): Asked[] => {
    if (isInterfaceType(type))
      return schema.getPossibleTypes(type).flatMap((possible) =>
        selections(possible, hops).map(({ text, fields }) => ({
          text: `{ ... on ${possible} ${text} }`,
          fields,
        })),
      );
    assert(isObjectType(type));
    const fields = Object.values(type.getFields());
    const named = (field: { name: string }) => `${type.name}.${field.name}`;
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const own: Asked = {
      text: ['__typename', ...leaves.map(({ name }) => name)].join(' '),
      fields: leaves.map(named),
    };
    const isConnecting = /(Connection|Edge)$/.test(type.name);
    if (hops === 0 && !isConnecting) return [{ ...own, text: `{ ${own.text} }` }];
    const further = fields
      .filter((field) => !leaves.includes(field))
      .flatMap((field) =>
        selections(getNamedType(field.type), isConnecting ? hops : hops - 1).map((selected) => ({
          text: `{ ${own.text} ${field.name}${pageOf(field)} ${selected.text} }`,
          fields: [...own.fields, named(field), ...selected.fields],
        })),
      );
    return further.length === 0 ? [{ ...own, text: `{ ${own.text} }` }] : further;
  };

  const roots: GraphQLObjectType | null | undefined = schema.getQueryType();
  assert(roots);
  return Object.values(roots.getFields()).flatMap((root) =>
    argumentsOf(root).flatMap((given) =>
      selections(getNamedType(root.type), mostHops).map(({ text, fields }) => ({
        text: `{ ${root.name}${given} ${text} }`,
        fields: [`Query.${root.name}`, ...fields],
      })),
    ),
  );
}

/** Small pages: pages of pages of pages cost too much. */
function pageOf({ args }: GraphQLField<unknown, unknown>): string {
  return args.some(({ name }) => name === 'first') ? '(first: 3)' : '';
}
