import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { CodedError, type ErrorCode } from '../../platform/errors.ts';
import { countDuplicates } from './count-duplicates.ts';
import { fixedLimits, type Limits } from './limits.ts';
import {
  countDefinitions,
  type DefinitionCounts,
  type DocumentMeasure,
  measureDocument,
} from './measure-document.ts';
import { scanText, type TextMeasure } from './scan-text.ts';

/** What was found out about a document's text, for every request that brings it. */
export interface DocumentVerdict {
  /** Why it is refused. */
  readonly refusal: CodedError | undefined;
  /** The limits that it is let beyond, with `mode: 'warn'`. */
  readonly warnings: readonly ErrorCode[];
  /** The variables that say how large a page is. */
  readonly pageVariables: ReadonlySet<string>;
}

interface Rule<Measure> {
  readonly code: ErrorCode;
  /** Beyond it work would be unbounded: it holds in every mode. */
  readonly always?: true;
  isExceeded(measure: Measure, limits: Limits): boolean;
}

const textRules: readonly Rule<TextMeasure>[] = [
  { code: 'DOCUMENT_TOO_LARGE', isExceeded: ({ tokens }, { maxTokens }) => tokens > maxTokens },
  {
    code: 'DOCUMENT_TOO_DEEP',
    always: true,
    isExceeded: ({ nesting }) => nesting > fixedLimits.nesting,
  },
];

const definitionRules: readonly Rule<DefinitionCounts>[] = [
  { code: 'TOO_MANY_OPERATIONS', isExceeded: ({ operations }) => operations > fixedLimits.operations },
  {
    code: 'TOO_MANY_FRAGMENTS',
    always: true,
    isExceeded: ({ fragments }) => fragments > fixedLimits.fragments,
  },
  {
    code: 'TOO_MANY_VARIABLES',
    isExceeded: ({ variableDefinitions }) => variableDefinitions > fixedLimits.variableDefinitions,
  },
];

const contentRules: readonly Rule<DocumentMeasure>[] = [
  { code: 'FRAGMENT_CYCLE', always: true, isExceeded: ({ hasFragmentCycle }) => hasFragmentCycle },
  { code: 'TOO_MANY_SPREADS', always: true, isExceeded: ({ spreads }) => spreads > fixedLimits.spreads },
  {
    code: 'INPUT_TOO_DEEP',
    always: true,
    isExceeded: ({ valueNesting }) => valueNesting > fixedLimits.valueNesting,
  },
  { code: 'DOCUMENT_TOO_DEEP', isExceeded: ({ depth }, { maxDepth }) => depth > maxDepth },
  { code: 'TOO_MANY_ROOT_FIELDS', isExceeded: ({ rootFields }) => rootFields > fixedLimits.rootFields },
  { code: 'TOO_MANY_ALIASES', isExceeded: ({ aliases }) => aliases > fixedLimits.aliases },
  { code: 'TOO_MANY_FIELDS', isExceeded: ({ fields }) => fields > fixedLimits.fields },
  {
    code: 'TOO_MANY_DIRECTIVES',
    isExceeded: ({ directives, directivesPerLocation }) =>
      directives > fixedLimits.directives || directivesPerLocation > fixedLimits.directivesPerLocation,
  },
  { code: 'LIST_TOO_LONG', isExceeded: ({ longestList }) => longestList > fixedLimits.listItems },
  { code: 'PAGE_TOO_LARGE', isExceeded: ({ largestPage }) => largestPage > fixedLimits.pageSize },
];

const duplicateRules: readonly Rule<number>[] = [
  { code: 'TOO_MANY_DUPLICATES', isExceeded: (pairs) => pairs > fixedLimits.duplicates },
];

/**
 * Holds a document's text against the safelist and the limits, the cheapest first. Done before validation, because validation and
 * planning are what hostile documents aim at. A text that doesn't parse is not refused here: whoever executes it
 * says why.
 */
export function judgeDocument(text: string, limits: Limits): DocumentVerdict {
  if (limits.safelist?.refuses(text)) return refused('DOCUMENT_NOT_ALLOWED');
  const isLenient = limits.mode === 'warn';
  const warnings: ErrorCode[] = [];
  const refusalBy = <Measure>(
    rules: readonly Rule<Measure>[],
    measure: Measure,
  ): DocumentVerdict | undefined => {
    for (const { code, always, isExceeded } of rules) {
      if (!isExceeded(measure, limits)) continue;
      if (!isLenient || always) return refused(code);
      warnings.push(code);
    }
    return undefined;
  };

  const bounds = { tokens: isLenient ? Infinity : limits.maxTokens, nesting: fixedLimits.nesting };
  const early = refusalBy(textRules, scanText(text, bounds));
  if (early !== undefined) return early;
  const document = parseOrNothing(text);
  if (document === undefined) return { refusal: undefined, warnings, pageVariables: new Set() };
  const refusal = refusalBy(definitionRules, countDefinitions(document));
  if (refusal !== undefined) return refusal;
  const measure = measureDocument(document);
  return (
    refusalBy(contentRules, measure) ??
    refusalBy(duplicateRules, countDuplicates(document)) ?? {
      refusal: undefined,
      warnings,
      pageVariables: measure.pageVariables,
    }
  );
}

function refused(code: ErrorCode): DocumentVerdict {
  return {
    refusal: new CodedError(code, { failsRequest: true }),
    warnings: [],
    pageVariables: new Set(),
  };
}

function parseOrNothing(text: string): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}
