import type { FieldSelection } from '@apollo/federation-internals';
import {
  executeSync,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { Variables } from './execution.ts';

/** Answers `__schema` and `__type`, which no subgraph is asked about, from the schema that clients see. */
export type AnswerIntrospection = (selections: readonly FieldSelection[], variables: Variables) => unknown;

export function createIntrospection(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): AnswerIntrospection {
  return (selections, variables) => {
    const fields = selections.map((selection): FieldNode => selection.expandFragments().toSelectionNode());
    const used = new Set(fields.flatMap(variablesIn));
    const { data, errors } = executeSync({
      schema,
      document: {
        kind: Kind.DOCUMENT,
        definitions: [
          {
            kind: Kind.OPERATION_DEFINITION,
            operation: OperationTypeNode.QUERY,
            variableDefinitions: definitions.filter(({ variable }) => used.has(variable.name.value)),
            selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
          },
        ],
      },
      rootValue: {},
      variableValues: variables,
    });
    if (errors?.[0] !== undefined) throw errors[0];
    // All are of one key.
    return Object.values(data ?? {})[0] ?? null;
  };
}

function variablesIn(field: FieldNode): string[] {
  const names: string[] = [];
  visit(field, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}
