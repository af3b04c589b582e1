import { GraphQLError, Lexer, parse, Source, TokenKind } from 'graphql';
import { CodedError } from '../../platform/errors.ts';
import { type DocumentMeasure, measureDocument } from './measure-document.ts';

export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
}

/** The largest page a list gives. The subgraphs hold to it, too; here it is refused before anybody works on it. */
const maxPageSize = 100;

/** What was found out about a document's text: that it is refused for every request, or what its pages depend on. */
export type DocumentVerdict =
  | { readonly refusal: CodedError }
  | { readonly refusal?: never; readonly pageVariables: ReadonlySet<string> };

/**
 * Holds a document's text against the limits. Cheap, and done before validation, because validation and planning
 * are what hostile documents aim at. A text that doesn't parse is not refused here: whoever executes it says why.
 */
export function judgeDocument(text: string, limits: DocumentLimits): DocumentVerdict {
  let measure: DocumentMeasure;
  try {
    measure = measureDocument(parse(text, { maxTokens: limits.maxTokens, noLocation: true }));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (hasMoreTokensThan(limits.maxTokens, text))
      return { refusal: new CodedError('DOCUMENT_TOO_LARGE', { failsRequest: true }) };
    return { pageVariables: new Set() };
  }
  if (measure.depth > limits.maxDepth)
    return { refusal: new CodedError('DOCUMENT_TOO_DEEP', { failsRequest: true }) };
  if (measure.largestPage > maxPageSize)
    return { refusal: new CodedError('PAGE_TOO_LARGE', { failsRequest: true }) };
  return { pageVariables: measure.pageVariables };
}

/** @throws CodedError PAGE_TOO_LARGE when a variable asks for more than a page may hold. */
export function refuseLargePages(
  pageVariables: ReadonlySet<string>,
  variables: Readonly<Record<string, unknown>> | undefined,
): void {
  if (variables === undefined) return;
  for (const name of pageVariables) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (typeof value === 'number' && value > maxPageSize)
      throw new CodedError('PAGE_TOO_LARGE', { failsRequest: true });
  }
}

function hasMoreTokensThan(limit: number, text: string): boolean {
  const lexer = new Lexer(new Source(text));
  try {
    for (let count = 0; count <= limit; count += 1) if (lexer.advance().kind === TokenKind.EOF) return false;
    return true;
  } catch {
    return false;
  }
}
