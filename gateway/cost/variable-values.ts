import { type OperationDefinitionNode, valueFromASTUntyped } from 'graphql';
import type { Variables } from './amount.ts';

/** How the variables of one operation are read, with its defaults. */
export interface VariableValues {
  of(name: string, variables: Variables): unknown;
  /** Every one that the operation declares. */
  all(variables: Variables): Record<string, unknown>;
}

export function variableValues({ variableDefinitions = [] }: OperationDefinitionNode): VariableValues {
  const defaults = new Map(
    variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue === undefined ? undefined : valueFromASTUntyped(defaultValue),
    ]),
  );
  const of = (name: string, variables: Variables) =>
    Object.hasOwn(variables, name) ? variables[name] : defaults.get(name);
  return {
    of,
    all: (variables) => Object.fromEntries([...defaults.keys()].map((name) => [name, of(name, variables)])),
  };
}
