import {
  type ArgumentNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';

/** What the limits need to know of a document. Independent of schema, operation and variables. */
export interface DocumentMeasure {
  /** The deepest nesting of fields, fragments included; introspection doesn't count. */
  readonly depth: number;
  /** The largest page asked for by a literal or by a variable's default value. */
  readonly largestPage: number;
  /** The variables that say how large a page is. */
  readonly pageVariables: ReadonlySet<string>;
}

export function measureDocument(document: DocumentNode): DocumentMeasure {
  return { depth: documentDepth(document), ...pagesOf(document) };
}

function documentDepth(document: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

  // Each fragment is measured once, however often it is spread: ten fragments that spread the next one ten times
  // each would otherwise take ten billion steps.
  const fragmentDepths = new Map<string, number>();
  const fragmentDepth = (name: string): number => {
    const known = fragmentDepths.get(name);
    if (known !== undefined) return known;
    // A fragment met again inside itself counts as empty here: validation refuses the cycle.
    fragmentDepths.set(name, 0);
    const fragment = fragments.get(name);
    const depth = fragment === undefined ? 0 : depthOf(fragment.selectionSet);
    fragmentDepths.set(name, depth);
    return depth;
  };

  const depthOf = (selectionSet: SelectionSetNode): number => {
    let deepest = 0;
    for (const selection of selectionSet.selections) {
      let depth: number;
      switch (selection.kind) {
        case Kind.FIELD:
          // Introspection has a limit of its own among the specified validation rules; the standard query of tools
          // is deeper than most limits for data.
          if (selection.name.value === '__schema' || selection.name.value === '__type') continue;
          depth = 1 + (selection.selectionSet === undefined ? 0 : depthOf(selection.selectionSet));
          break;
        case Kind.INLINE_FRAGMENT:
          depth = depthOf(selection.selectionSet);
          break;
        case Kind.FRAGMENT_SPREAD:
          depth = fragmentDepth(selection.name.value);
          break;
      }
      if (depth > deepest) deepest = depth;
    }
    return deepest;
  };

  let deepest = 0;
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION)
      deepest = Math.max(deepest, depthOf(definition.selectionSet));
  return deepest;
}

function pagesOf(document: DocumentNode): Pick<DocumentMeasure, 'largestPage' | 'pageVariables'> {
  const pageVariables = new Set<string>();
  const defaults = new Map<string, number>();
  let largestPage = 0;
  visit(document, {
    Argument(argument) {
      if (!isPageSize(argument)) return;
      if (argument.value.kind === Kind.VARIABLE) pageVariables.add(argument.value.name.value);
      else largestPage = Math.max(largestPage, numberIn(argument.value));
    },
    VariableDefinition({ variable, defaultValue }) {
      const name = variable.name.value;
      if (defaultValue !== undefined)
        // Operations of one document may give the same variable different defaults: the largest counts.
        defaults.set(name, Math.max(defaults.get(name) ?? 0, numberIn(defaultValue)));
    },
  });
  for (const name of pageVariables) largestPage = Math.max(largestPage, defaults.get(name) ?? 0);
  return { largestPage, pageVariables };
}

/** The arguments of https://relay.dev/graphql/connections.htm, which others name alike. */
function isPageSize({ name }: ArgumentNode): boolean {
  return name.value === 'first' || name.value === 'last';
}

function numberIn(value: ValueNode): number {
  return value.kind === Kind.INT || value.kind === Kind.FLOAT ? Number(value.value) : 0;
}
