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
    when: 'The viewer or, without one, the address used up its requests of the current window.',
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
  DOCUMENT_TOO_LARGE: {
    status: 400,
    message: 'The document has too many tokens.',
    when: 'The document has more lexical tokens than allowed.',
  },
  DOCUMENT_TOO_DEEP: {
    status: 400,
    message: 'The document is nested too deeply.',
    when: 'The selections of the document, fragments included, are nested deeper than allowed.',
  },
  PAGE_TOO_LARGE: {
    status: 400,
    message: 'A page holds 100 items at most.',
    when: '`first` or `last` is above 100.',
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 200,
    message: 'Part of the answer is unavailable at the moment.',
    when: 'A service behind the gateway did not answer in time or answered nonsense; the rest of the answer is there.',
  },
  NOT_FOUND: {
    status: 404,
    message: 'There is nothing here.',
    when: 'The path is not one this server serves.',
  },
  UNSIGNED_CALL: {
    status: 401,
    message: 'Subgraphs answer calls that the gateway signed; use the gateway.',
    when: 'A subgraph was called without a valid signature, or with one that is too old. See docs/subgraph-access.md.',
  },
  OVERLOADED: {
    status: 503,
    message: 'The server is busy. Try again shortly.',
    when: 'A database connection could not be had in time, or the server is stopping.',
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
