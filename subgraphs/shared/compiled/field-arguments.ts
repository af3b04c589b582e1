import { type FieldNode, type GraphQLField, getArgumentValues, Kind, visit } from 'graphql';

/** Arguments that are wrong are left to each request, which gets the error. */
export function constantArguments(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): Record<string, unknown> | undefined {
  if (definition.args.length > 0 && node.arguments?.some((argument) => hasVariable(argument)))
    return undefined;
  try {
    return getArgumentValues(definition, node);
  } catch {
    return undefined;
  }
}

/** The variables that the arguments are, by the arguments' names; undefined where they are more than that. */
export function variableArguments(
  { args }: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
): ReadonlyMap<string, string> | undefined {
  const variables = new Map<string, string>();
  for (const { name, value } of given)
    if (value.kind === Kind.VARIABLE) variables.set(name.value, value.name.value);
  const isAll = variables.size === given.length;
  const hasDefault = args.some((arg) => arg.defaultValue !== undefined && !variables.has(arg.name));
  return isAll && !hasDefault ? variables : undefined;
}

function hasVariable(node: Parameters<typeof visit>[0]): boolean {
  let found = false;
  visit(node, {
    Variable() {
      found = true;
    },
  });
  return found;
}
