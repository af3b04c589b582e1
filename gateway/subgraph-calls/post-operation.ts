import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
import { CallFailure, statusFailure } from './call-failure.ts';
import type { Asker } from './plain-calls.ts';
import { type AnswerReader, post, type Sent } from './post.ts';
import { TextReader } from './read-text.ts';
import { readSubgraphAnswer, type SubgraphAnswer } from './subgraph-answer.ts';

/** Sends one operation and reads the answer. */
export function postOperation(
  pool: Pool,
  { askedAt, ...request }: { path: string; headers: Record<string, string>; body: Buffer; askedAt: number },
  asker: Asker,
): Sent {
  return post(pool, request, new OperationReader(asker, askedAt));
}

class OperationReader implements AnswerReader {
  readonly #asker: Asker;
  readonly #askedAt: number;
  readonly #text = new TextReader();
  #headers: IncomingHttpHeaders = {};

  constructor(asker: Asker, askedAt: number) {
    this.#asker = asker;
    this.#askedAt = askedAt;
  }

  faultOf(status: number, headers: IncomingHttpHeaders) {
    this.#headers = headers;
    return faultOf(status, headers);
  }

  read(chunk: Buffer) {
    this.#text.read(chunk);
  }

  end() {
    const answer = readAnswer(this.#text.end());
    this.#asker.resolve({ answer, headers: this.#headers, askedAt: this.#askedAt });
  }

  fail(error: unknown) {
    this.#asker.reject(error);
  }
}

function readAnswer(text: string): SubgraphAnswer {
  try {
    return readSubgraphAnswer(JSON.parse(text));
  } catch (error) {
    throw new CallFailure('nonsense', 'not a GraphQL answer', { cause: error });
  }
}

/**
 * Why a response can't be a GraphQL answer. One that says `application/graphql-response+json` is one with any status;
 * plain JSON is only with 2xx, because proxies and frameworks write their errors in it, too. See
 * https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types.
 */
function faultOf(status: number, headers: IncomingHttpHeaders): CallFailure | undefined {
  const mediaType = String(headers['content-type']).split(';', 1)[0]?.trim().toLowerCase();
  const isGraphql = mediaType === 'application/graphql-response+json';
  if (!isGraphql && (status < 200 || status > 299)) return statusFailure(status);
  // None was asked for: what unpacks to a thousand times its size isn't read at all.
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return new CallFailure('nonsense', `content encoding ${encoding}`);
  if (!isGraphql && mediaType !== 'application/json')
    return new CallFailure('nonsense', `content type ${mediaType}`);
  return undefined;
}
