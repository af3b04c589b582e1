import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import { isPageArgument } from './page-arguments.ts';

/** How many definitions a document has; known without looking into them. */
export interface DefinitionCounts {
  readonly operations: number;
  readonly fragments: number;
  /** Of the operation that has most. */
  readonly variableDefinitions: number;
}

/** How large a selection is when its fragments are expanded. */
interface Extent {
  /** The deepest nesting of fields; introspection doesn't count. */
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  /** How often fragments are spread. */
  readonly spreads: number;
  /** Fields that are not inside of other fields. */
  readonly topFields: number;
}

/** What the limits need to know of a document. Independent of schema, operation and variables. */
export interface DocumentMeasure extends Omit<Extent, 'topFields'> {
  readonly hasFragmentCycle: boolean;
  /** Of the operation that has most. */
  readonly rootFields: number;
  readonly directives: number;
  readonly directivesPerLocation: number;
  readonly longestList: number;
  /** Of lists and objects in values. */
  readonly valueNesting: number;
  /** The largest page asked for by a literal or by a variable's default value. */
  readonly largestPage: number;
  /** The variables that say how large a page is. */
  readonly pageVariables: ReadonlySet<string>;
}

export function countDefinitions({ definitions }: DocumentNode): DefinitionCounts {
  const operations = definitions.filter(isOperation);
  return {
    operations: operations.length,
    fragments: definitions.filter(isFragment).length,
    variableDefinitions: Math.max(
      0,
      ...operations.map(({ variableDefinitions }) => variableDefinitions?.length ?? 0),
    ),
  };
}

/** In time that grows with the text, whatever its fragments expand to. */
export function measureDocument(document: DocumentNode): DocumentMeasure {
  return { ...extentOf(document), ...contentsOf(document) };
}

type ExtentMeasure = Pick<
  DocumentMeasure,
  'depth' | 'fields' | 'aliases' | 'spreads' | 'rootFields' | 'hasFragmentCycle'
>;

function extentOf({ definitions }: DocumentNode): ExtentMeasure {
  const fragments = new Map(
    definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment] as const),
  );
  // Each fragment is measured once, however often it is spread: ten fragments that spread the next one ten times
  // each would otherwise take ten billion steps.
  const known = new Map<string, Extent | 'measuring'>();
  let hasFragmentCycle = false;

  const ofFragment = (name: string): Extent => {
    const found = known.get(name);
    if (found === 'measuring') hasFragmentCycle = true;
    else if (found !== undefined) return found;
    const fragment = fragments.get(name);
    if (fragment === undefined || found === 'measuring') return nothing;
    known.set(name, 'measuring');
    const extent = ofSelections(fragment.selectionSet);
    known.set(name, extent);
    return extent;
  };

  const ofSelections = ({ selections }: SelectionSetNode): Extent => {
    let all = nothing;
    for (const selection of selections)
      switch (selection.kind) {
        case Kind.FIELD: {
          const inner = selection.selectionSet === undefined ? nothing : ofSelections(selection.selectionSet);
          const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
          all = together(all, {
            // Introspection has a limit of its own among the specified validation rules; the standard query of
            // tools is deeper than most limits for data.
            depth: isIntrospection ? 0 : 1 + inner.depth,
            fields: 1 + inner.fields,
            aliases: (selection.alias === undefined ? 0 : 1) + inner.aliases,
            spreads: inner.spreads,
            topFields: 1,
          });
          break;
        }
        case Kind.INLINE_FRAGMENT:
          all = together(all, ofSelections(selection.selectionSet));
          break;
        case Kind.FRAGMENT_SPREAD: {
          const inner = ofFragment(selection.name.value);
          all = together(all, { ...inner, spreads: 1 + inner.spreads });
          break;
        }
      }
    return all;
  };

  let largest = nothing;
  let rootFields = 0;
  for (const definition of definitions)
    if (isOperation(definition)) {
      const extent = ofSelections(definition.selectionSet);
      largest = largestOf(largest, extent);
      rootFields = Math.max(rootFields, extent.topFields);
    } else if (isFragment(definition))
      // Validation looks into fragments that nobody spreads, too. Where they are spread decides how deep they are.
      largest = largestOf(largest, { ...ofFragment(definition.name.value), depth: 0 });
  const { topFields: _, ...extent } = largest;
  return { ...extent, rootFields, hasFragmentCycle };
}

const nothing: Extent = { depth: 0, fields: 0, aliases: 0, spreads: 0, topFields: 0 };

function together(a: Extent, b: Extent): Extent {
  return {
    depth: Math.max(a.depth, b.depth),
    fields: a.fields + b.fields,
    aliases: a.aliases + b.aliases,
    spreads: a.spreads + b.spreads,
    topFields: a.topFields + b.topFields,
  };
}

function largestOf(a: Extent, b: Extent): Extent {
  return {
    depth: Math.max(a.depth, b.depth),
    fields: Math.max(a.fields, b.fields),
    aliases: Math.max(a.aliases, b.aliases),
    spreads: Math.max(a.spreads, b.spreads),
    topFields: Math.max(a.topFields, b.topFields),
  };
}

type Contents = Omit<DocumentMeasure, keyof ExtentMeasure>;

/** What a document holds as it is written. */
function contentsOf(document: DocumentNode): Contents {
  const pageVariables = new Set<string>();
  const defaults = new Map<string, number>();
  let [directives, directivesPerLocation, longestList, valueNesting, largestPage] = [0, 0, 0, 0, 0];
  visit(document, {
    enter(node) {
      if (!('directives' in node) || node.directives === undefined) return;
      directives += node.directives.length;
      directivesPerLocation = Math.max(directivesPerLocation, node.directives.length);
    },
  });
  visit(document, {
    Argument({ name, value }) {
      valueNesting = Math.max(valueNesting, nestingIn(value));
      if (!isPageArgument(name.value)) return;
      if (value.kind === Kind.VARIABLE) pageVariables.add(value.name.value);
      else largestPage = Math.max(largestPage, numberIn(value));
    },
    ListValue({ values }) {
      longestList = Math.max(longestList, values.length);
    },
    VariableDefinition({ variable, defaultValue }) {
      const name = variable.name.value;
      if (defaultValue === undefined) return;
      valueNesting = Math.max(valueNesting, nestingIn(defaultValue));
      // Operations of one document may give the same variable different defaults: the largest counts.
      defaults.set(name, Math.max(defaults.get(name) ?? 0, numberIn(defaultValue)));
    },
  });
  for (const name of pageVariables) largestPage = Math.max(largestPage, defaults.get(name) ?? 0);
  return { directives, directivesPerLocation, longestList, valueNesting, largestPage, pageVariables };
}

function nestingIn(value: ValueNode): number {
  if (value.kind === Kind.LIST) return 1 + Math.max(0, ...value.values.map(nestingIn));
  if (value.kind === Kind.OBJECT)
    return 1 + Math.max(0, ...value.fields.map((field) => nestingIn(field.value)));
  return 0;
}

function numberIn(value: ValueNode): number {
  return value.kind === Kind.INT || value.kind === Kind.FLOAT ? Number(value.value) : 0;
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}

function isFragment(definition: DefinitionNode): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}
