import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';

/** What is known of a document before it is parsed. */
export interface TextMeasure {
  /** Comments count: each is work for the lexer. */
  readonly tokens: number;
  /** The deepest nesting of brackets of any kind. */
  readonly nesting: number;
}

const opening = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Reads a text only as far as it is within bounds: the parser recurses, so brackets are counted before it sees them.
 * A text that the lexer can't read is measured up to there; the parser says what is wrong with it.
 */
export function scanText(text: string, bounds: TextMeasure): TextMeasure {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let depth = 0;
  let nesting = 0;
  try {
    while (tokens <= bounds.tokens && nesting <= bounds.nesting) {
      const { kind } = lexer.advance();
      // The lexer skips comments, and leaves them in the chain.
      for (let before = lexer.token.prev; before?.kind === TokenKind.COMMENT; before = before.prev)
        tokens += 1;
      if (kind === TokenKind.EOF) break;
      tokens += 1;
      if (opening.has(kind)) {
        depth += 1;
        nesting = Math.max(nesting, depth);
      } else if (closing.has(kind)) depth -= 1;
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
  return { tokens, nesting };
}
