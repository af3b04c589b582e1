import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from './execution.ts';

/** An operation without conditions, and the fragments that it uses. */
export interface ResolvedOperation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
}

/**
 * The operation that is left when these values decide @skip and @include, for planning: Apollo's plans are right only where there are
 * none. What is skipped is not in it, nor fragments of which nothing is left. A field of which nothing is left has a
 * `__typename`, so that its object is asked for. Everything else is as it was.
 *
 * @param values booleans, of all variables that decide
 * @returns undefined when nothing is left
 */
export function resolveConditions(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  values: Variables,
): ResolvedOperation | undefined {
  const fragments = new Map(
    document.definitions
      .filter((other) => other.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const resolved = new Map<string, FragmentDefinitionNode | undefined>();

  const resolveAll = ({ selections }: SelectionSetNode): SelectionSetNode | undefined => {
    const left = selections.flatMap((selection) => resolve(selection) ?? []);
    return left.length === 0 ? undefined : { kind: Kind.SELECTION_SET, selections: left };
  };

  const resolve = (selection: SelectionNode): SelectionNode | undefined => {
    const { directives = [] } = selection;
    if (!directives.every((directive) => allows(directive, values))) return undefined;
    const decided = { directives: directives.filter((directive) => !isCondition(directive)) };
    if (selection.kind === Kind.FRAGMENT_SPREAD)
      return resolveFragment(selection.name.value) && { ...selection, ...decided };
    if (selection.selectionSet === undefined) return { ...selection, ...decided };
    const selectionSet = resolveAll(selection.selectionSet);
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return selectionSet && { ...selection, ...decided, selectionSet };
    return { ...selection, ...decided, selectionSet: selectionSet ?? onlyTypename };
  };

  const resolveFragment = (name: string): FragmentDefinitionNode | undefined => {
    if (resolved.has(name)) return resolved.get(name);
    const fragment = fragments.get(name);
    const selectionSet = fragment && resolveAll(fragment.selectionSet);
    const left = fragment && selectionSet && { ...fragment, selectionSet };
    resolved.set(name, left);
    return left;
  };

  const selectionSet = resolveAll(definition.selectionSet);
  if (selectionSet === undefined) return undefined;
  const operation = { ...definition, selectionSet };
  const used = [...resolved.values()].filter((fragment) => fragment !== undefined);
  return {
    document: { kind: Kind.DOCUMENT, definitions: [operation, ...used] },
    definition: operation,
  };
}

const onlyTypename: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}

function allows(directive: DirectiveNode, values: Variables): boolean {
  if (!isCondition(directive)) return true;
  const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
  const holds =
    value?.kind === Kind.VARIABLE
      ? values[value.name.value] === true
      : value?.kind === Kind.BOOLEAN && value.value;
  return holds === (directive.name.value === 'include');
}
