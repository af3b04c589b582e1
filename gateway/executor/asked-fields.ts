import {
  type CompositeType,
  type FieldSelection,
  isSubtype,
  type SelectionSet,
} from '@apollo/federation-internals';
import { isAskedFor } from './conditions.ts';
import type { Variables } from './execution.ts';

/** One key of an object in the answer. */
export interface AskedField {
  readonly key: string;
  /** Every place of the document that asks for it. They differ, if at all, in what they select below. */
  readonly selections: FieldSelection[];
  /** The type that the document asks it of, which messages name: with a fragment, that of the fragment. */
  readonly parentName: string;
}

/** What a document asks of objects of one type, with fragments and conditions worked out, in the document's order. */
export function askedFields(
  selectionSets: readonly SelectionSet[],
  type: CompositeType,
  variables: Variables,
): AskedField[] {
  const fields = new Map<string, AskedField>();
  const collect = (selectionSet: SelectionSet, parentName: string) => {
    for (const selection of selectionSet.selections()) {
      if (!isAskedFor(selection.element, variables)) continue;
      if (selection.kind === 'FieldSelection') {
        const key = selection.element.responseName();
        const known = fields.get(key);
        if (known === undefined) fields.set(key, { key, selections: [selection], parentName });
        else known.selections.push(selection);
        continue;
      }
      const { typeCondition } = selection.element;
      if (typeCondition === undefined || isSubtype(typeCondition, type))
        collect(selection.selectionSet, typeCondition?.name ?? parentName);
    }
  };
  for (const selectionSet of selectionSets) collect(selectionSet, type.name);
  return [...fields.values()];
}
