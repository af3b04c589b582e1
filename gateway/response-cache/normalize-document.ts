import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  typeFromAST,
  validate,
  visit,
} from 'graphql';
import type { OperationCost, OperationCosts } from '../cost/operation-cost.ts';
import { type DeclaredVariable, declaredVariable } from './canonical-variables.ts';
import { hashOfParts } from './hash-of-parts.ts';

/** An operation of a document, without anything that its answer doesn't depend on. */
export interface NormalizedOperation {
  readonly name: string | undefined;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** Equal only for operations that answer alike, byte for byte, whenever their variables are equal. */
  readonly hash: string;
  /** In the order of their names. */
  readonly variables: readonly DeclaredVariable[];
  readonly cost: OperationCost;
  /** Asks for the schema itself: what such an operation may see is not for caching but for configuration to say. */
  readonly introspects: boolean;
}

/**
 * Reduces each operation of a document to what its answer depends on.
 *
 * The document is validated first, as a whole and once for each text, because invalid documents are answered with
 * errors: dropping the invalid part of one must not turn it into a valid one. What is dropped or put in order
 * then, and why that is safe:
 * - whitespace, commas, comments: not in the parsed form at all. Nor is how a block string was indented.
 * - other operations, and fragments that only those use: the spec's ExecuteRequest never looks at them.
 * - the order of fragments, and of an operation's variable definitions: both are looked up by name.
 * - the operation's name: it chooses the operation, which is done here, and means nothing to execution.
 *
 * Everything else stays as it is, even where the spec allows more: names of fragments and variables, the order of
 * arguments, how a value is spelt (custom scalars see literals as they are written).
 *
 * @returns undefined for a text that doesn't parse or isn't valid
 */
export function normalizeDocument(
  text: string,
  schema: GraphQLSchema,
  costs: OperationCosts,
): readonly NormalizedOperation[] | undefined {
  let document: DocumentNode;
  try {
    document = parse(text, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
  if (validate(schema, document, specifiedRules, { maxErrors: 1 }).length > 0) return undefined;

  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => ({
      ...normalizeOperation(operation, fragments, schema),
      cost: costs.compile(document, operation),
    }));
}

function normalizeOperation(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  schema: GraphQLSchema,
): Omit<NormalizedOperation, 'cost'> {
  const { name, ...nameless } = operation;
  const { used, introspects } = usedFragments(operation, fragments);
  const definitions = [...(operation.variableDefinitions ?? [])].sort((a, b) =>
    byText(a.variable.name.value, b.variable.name.value),
  );
  return {
    name: name?.value,
    type: operation.operation,
    // The syntax tree as JSON rather than printed: no two trees have the same JSON, whatever a printer may get
    // wrong.
    hash: hashOfParts([
      JSON.stringify({ ...nameless, variableDefinitions: definitions }),
      JSON.stringify(used.sort((a, b) => byText(a.name.value, b.name.value))),
    ]),
    variables: definitions.map((definition) =>
      declaredVariable(definition, typeFromAST(schema, definition.type)),
    ),
    introspects,
  };
}

function usedFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): { used: FragmentDefinitionNode[]; introspects: boolean } {
  const used = new Set<FragmentDefinitionNode>();
  let introspects = false;
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode) => {
    visit(node, {
      Field(field) {
        if (field.name.value === '__schema' || field.name.value === '__type') introspects = true;
      },
      FragmentSpread(spread) {
        const fragment = fragments.get(spread.name.value);
        if (fragment === undefined || used.has(fragment)) return;
        used.add(fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return { used: [...used], introspects };
}

/** By code units, the same everywhere: locales differ from machine to machine. */
function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
