import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/**
 * How many pairs of fields a document has that answer under one name in one place, fragments included. Validation compares
 * the fields of each pair, with all that is selected below: 500 fields of one name keep it busy for 100 ms.
 *
 * @param document small enough when its fragments are expanded: each field is visited as often as it is spread
 */
export function countDuplicates(document: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

  let pairs = 0;
  const count = (selectionSets: readonly SelectionSetNode[]): void => {
    const below = new Map<string, SelectionSetNode[]>();
    const seen = new Map<string, number>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections)
        if (selection.kind === Kind.FIELD) {
          const name = (selection.alias ?? selection.name).value;
          const before = seen.get(name) ?? 0;
          pairs += before;
          seen.set(name, before + 1);
          if (selection.selectionSet === undefined) continue;
          const inner = below.get(name);
          if (inner === undefined) below.set(name, [selection.selectionSet]);
          else inner.push(selection.selectionSet);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
        else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          if (fragment !== undefined) collect(fragment.selectionSet);
        }
    };
    selectionSets.forEach(collect);
    for (const inner of below.values()) count(inner);
  };
  for (const definition of document.definitions)
    if ('selectionSet' in definition) count([definition.selectionSet]);
  return pairs;
}
