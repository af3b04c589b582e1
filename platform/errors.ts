import { GraphQLError } from 'graphql';

interface ErrorDefinition {
  /** The HTTP status of a request that failed as a whole for this reason. */
  readonly status: number;
  /** The message a client sees when the thrower gives none. */
  readonly message: string;
  /** When it happens; printed in docs/errors.md. */
  readonly when: string;
}

/**
 * Every error code that our own code puts in `extensions.code`. Clients branch on these, so a code is never renamed;
 * docs/errors.md is tested against this table.
 */
export const errorCatalogue = {
  BAD_USER_INPUT: {
    status: 200,
    message: 'The input is not valid.',
    when: 'An argument is out of its documented range: a negative `first`, both `first` and `last`, a cursor of another list.',
  },
  BAD_REQUEST: {
    status: 400,
    message: 'The request is malformed.',
    when: 'The request is not HTTP or JSON as it should be, is not a GraphQL request, or looks forged by a foreign page (CSRF).',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'Use GET, POST or QUERY.',
    when: 'The path is served, but not for this HTTP method.',
  },
  UNAUTHENTICATED: {
    status: 401,
    message: 'Sign in to do this.',
    when: 'A field or mutation needs a signed-in viewer, or the bearer token is malformed, forged or expired. At the HTTP edge: status 401.',
  },
  FORBIDDEN: {
    status: 403,
    message: 'Not allowed.',
    when: 'The caller is known and may not do this.',
  },
  RATE_LIMITED: {
    status: 429,
    message: 'Too many requests. Retry after the time given in the Retry-After header.',
    when: 'The viewer or, without one, the address does not have the points left in this minute that the operation costs. See docs/limits.md.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    message: 'The request body is larger than this server accepts.',
    when: 'The request body is above the limit in bytes.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: 'Send application/json.',
    when: 'The request body is not JSON.',
  },
  URL_TOO_LONG: {
    status: 414,
    message: 'The address is too long: send the operation by POST.',
    when: 'The address, with everything in it, has more than 8192 characters.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    message: 'The request has too much in its headers.',
    when: 'The headers and the address together have more than 16 KB, or there are more than 100 headers.',
  },
  UNSUPPORTED_CONTENT_ENCODING: {
    status: 415,
    message: 'Send the body as it is, without a Content-Encoding.',
    when: 'The request says that its body is compressed.',
  },
  DOCUMENT_TOO_LARGE: {
    status: 400,
    message: 'The document has too many tokens.',
    when: 'The document has more lexical tokens than allowed, comments included.',
  },
  DOCUMENT_TOO_DEEP: {
    status: 400,
    message: 'The document is nested too deeply.',
    when: 'The selections of the document, fragments included, are nested deeper than allowed, or any brackets deeper than 200.',
  },
  DOCUMENT_NOT_ALLOWED: {
    status: 403,
    message: 'The document is not one of those that may be executed here.',
    when: 'The gateway executes the documents of a list only (`SAFELIST=enforce`), and this one is not on it. See docs/limits.md.',
  },
  TOO_MANY_OPERATIONS: {
    status: 400,
    message: 'The document has too many operations.',
    when: 'The document has more than 20 operations.',
  },
  TOO_MANY_FRAGMENTS: {
    status: 400,
    message: 'The document has too many fragments.',
    when: 'The document defines more than 100 fragments.',
  },
  TOO_MANY_VARIABLES: {
    status: 400,
    message: 'The operation has too many variables.',
    when: 'An operation declares more than 100 variables.',
  },
  FRAGMENT_CYCLE: {
    status: 400,
    message: 'A fragment spreads itself.',
    when: 'A fragment spreads itself, directly or through others.',
  },
  TOO_MANY_SPREADS: {
    status: 400,
    message: 'The fragments are spread too often.',
    when: 'An operation spreads fragments more than 500 times, counted with those inside of fragments.',
  },
  TOO_MANY_ROOT_FIELDS: {
    status: 400,
    message: 'The operation asks for too many things at once.',
    when: 'An operation selects more than 30 root fields, fragments included.',
  },
  TOO_MANY_ALIASES: {
    status: 400,
    message: 'The operation has too many aliases.',
    when: 'An operation has more than 50 aliases, fragments included.',
  },
  TOO_MANY_FIELDS: {
    status: 400,
    message: 'The operation has too many fields.',
    when: 'An operation selects more than 1000 fields, fragments included.',
  },
  TOO_MANY_DUPLICATES: {
    status: 400,
    message: 'The operation asks for the same fields again and again.',
    when: 'The document has more than 20000 pairs of fields under one name in one place, fragments included.',
  },
  TOO_MANY_DIRECTIVES: {
    status: 400,
    message: 'The document has too many directives.',
    when: 'The document has more than 200 directives, or more than 10 in one place.',
  },
  LIST_TOO_LONG: {
    status: 400,
    message: 'A list has too many items.',
    when: 'A list in the document or in the variables has more than 500 items.',
  },
  INPUT_TOO_DEEP: {
    status: 400,
    message: 'An input is nested too deeply.',
    when: 'Lists and objects are nested more than 12 deep in the document, or more than 20 deep in the variables.',
  },
  VARIABLES_TOO_LARGE: {
    status: 400,
    message: 'The variables have too many values.',
    when: 'The variables have more than 2000 values, lists and objects included.',
  },
  OPERATION_TOO_COSTLY: {
    status: 400,
    message: 'The operation asks for too much at once: ask for smaller pages, or for less of each item.',
    when: 'The estimated cost of the operation with these variables is above the limit. See docs/limits.md.',
  },
  PAGE_TOO_LARGE: {
    status: 400,
    message: 'A page holds 100 items at most.',
    when: '`first` or `last` is above 100.',
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 200,
    message: 'Part of the answer is unavailable at the moment.',
    when: 'A service behind the gateway, or its database, did not answer in time or answered nonsense; the rest of the answer is there. Ask again shortly. Whether a mutation was carried out nobody knows: repeat it with its `idempotencyKey`.',
  },
  NOT_FOUND: {
    status: 404,
    message: 'There is nothing here.',
    when: 'The path is not one this server serves.',
  },
  UNSIGNED_CALL: {
    status: 401,
    message: 'Subgraphs answer calls that the gateway signed; use the gateway.',
    when: 'A subgraph was called without a valid signature, with one that is too old, or with one that was used before. See docs/subgraph-access.md.',
  },
  OVERLOADED: {
    status: 503,
    message: 'The server is busy. Try again shortly.',
    when: 'A database connection could not be had in time, a statement took too long, the gateway has more to do than it can, or the server is stopping. Try again after the time given in `Retry-After`, where there is one.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    message: 'Something went wrong on our side.',
    when: 'A fault of ours. The answer says no more; the log has the details under the same request id.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error that was written for clients to read: its code is in the catalogue and its message tells no secret. */
export class CodedError extends GraphQLError {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  readonly status: number;

  /**
   * @param options.failsRequest the request fails as a whole, not just a field of it: Apollo Server then answers with the
   *   code's status instead of 200.
   */
  constructor(code: ErrorCode, options: { message?: string; cause?: unknown; failsRequest?: true } = {}) {
    const { status, message } = errorCatalogue[code];
    super(options.message ?? message, {
      extensions: { code, ...(options.failsRequest === true ? { http: { status } } : {}) },
    });
    this.code = code;
    this.status = status;
    if (options.cause !== undefined) this.cause = options.cause;
  }
}
