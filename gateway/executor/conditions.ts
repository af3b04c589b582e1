import {
  type Operation,
  type OperationElement,
  type SelectionSet,
  Variable,
} from '@apollo/federation-internals';
import type { Variables } from './execution.ts';

/**
 * The variables that decide, through @skip and @include, which fields of an operation are asked for.
 *
 * @returns undefined where nothing is to be decided: no variables aren't that, literals decide, too
 */
export function conditionVariables(operation: Operation): readonly string[] | undefined {
  let conditional = false;
  const names = new Set<string>();
  const visit = (selections: SelectionSet) => {
    for (const { element, selectionSet } of selections.selections()) {
      for (const { condition } of conditionsOf(element)) {
        conditional = true;
        if (condition instanceof Variable) names.add(condition.name);
      }
      if (selectionSet !== undefined) visit(selectionSet);
    }
  };
  visit(operation.selectionSet);
  return conditional ? [...names] : undefined;
}

/** Whether a field or fragment is asked for with these variables. */
export function isAskedFor(element: OperationElement, variables: Variables): boolean {
  return conditionsOf(element).every(({ wanted, condition }) => {
    const value = condition instanceof Variable ? variables[condition.name] : condition;
    return value === wanted;
  });
}

function conditionsOf(element: OperationElement): { wanted: boolean; condition: unknown }[] {
  return element.appliedDirectives
    .filter(({ name }) => name === 'skip' || name === 'include')
    .map((directive) => ({ wanted: directive.name === 'include', condition: directive.arguments().if }));
}
