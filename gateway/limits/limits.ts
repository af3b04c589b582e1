import type { Safelist } from '../safelist/safelist.ts';

/** What operators set of what an operation may ask for. */
export interface Limits {
  /** Lexical tokens of a document, comments included. */
  readonly maxTokens: number;
  /** Nesting of fields, fragments included. */
  readonly maxDepth: number;
  /** Estimated cost of an operation, in points: see cost/operation-cost.ts. */
  readonly maxCost: number;
  /** The documents that may be executed at all, where they are listed; its mode is its own. */
  readonly safelist?: Safelist | undefined;
  /** `warn`: what is beyond a limit is logged and let pass, except where work would be unbounded. */
  readonly mode: 'enforce' | 'warn';
}

/**
 * What no honest operation comes near, so that nobody has to set it. Tools like code generators write the largest
 * honest ones: the standard introspection query has about 150 fields when its fragments are expanded.
 */
export const fixedLimits = {
  /** Of any kind of bracket. The parser, validation and planning recurse; this keeps them far from the stack's end. */
  nesting: 200,
  operations: 20,
  fragments: 100,
  /** Of one operation. */
  variableDefinitions: 100,
  /** Those of a document, after the fragments are expanded. */
  spreads: 500,
  fields: 1_000,
  aliases: 50,
  /** Pairs of fields that answer under one name in one place; forty such fields make 780. */
  duplicates: 20_000,
  /** Of one operation; `__typename` counts, too. */
  rootFields: 30,
  directives: 200,
  directivesPerLocation: 10,
  /** Items of a list, written in the document or in the variables. */
  listItems: 500,
  /**
   * Of lists and objects in a value that is written in the document. Planning takes twice as long for each list around a
   * value (measured with @apollo/query-planner 2.14.4: 0.4 s for 20, and for 40 it would not end).
   */
  valueNesting: 12,
  /** Of lists and objects in the variables of a request; a variable's own value is at 1. */
  variableNesting: 20,
  /** Values in the variables of a request, lists and objects themselves included, and the object of all of them. */
  variableValues: 2_000,
  /** The largest page a list gives. The subgraphs hold to it, too; here it is refused before anybody works on it. */
  pageSize: 100,
} as const;
