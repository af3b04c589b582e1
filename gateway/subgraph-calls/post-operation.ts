import type { Dispatcher, Pool } from 'undici';
import { CallFailure, statusFailure } from './call-failure.ts';
import type { SubgraphResponse } from './plain-calls.ts';
import { discard, readText } from './read-body.ts';
import { readSubgraphAnswer } from './subgraph-answer.ts';

export interface OperationCall {
  readonly pool: Pool;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * Sends one operation and reads the answer.
 *
 * @throws CallFailure, or what undici throws.
 */
export async function postOperation({
  pool,
  path,
  headers,
  body,
  signal,
}: OperationCall): Promise<Omit<SubgraphResponse, 'askedAt'>> {
  const response = await pool.request({ method: 'POST', path, headers, body, signal });
  const fault = faultOf(response);
  if (fault !== undefined) {
    await discard(response.body);
    throw fault;
  }
  const text = await readText(response.body);
  try {
    return { answer: readSubgraphAnswer(JSON.parse(text)), headers: response.headers };
  } catch (error) {
    throw new CallFailure('nonsense', 'not a GraphQL answer', { cause: error });
  }
}

/**
 * Why a response can't be a GraphQL answer. One that says `application/graphql-response+json` is one with any status;
 * plain JSON is only with 2xx, because proxies and frameworks write their errors in it, too. See
 * https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types.
 */
function faultOf({ statusCode, headers }: Dispatcher.ResponseData): CallFailure | undefined {
  const mediaType = String(headers['content-type']).split(';', 1)[0]?.trim().toLowerCase();
  const isGraphql = mediaType === 'application/graphql-response+json';
  if (!isGraphql && (statusCode < 200 || statusCode > 299)) return statusFailure(statusCode);
  // None was asked for: what unpacks to a thousand times its size isn't read at all.
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return new CallFailure('nonsense', `content encoding ${encoding}`);
  if (!isGraphql && mediaType !== 'application/json')
    return new CallFailure('nonsense', `content type ${mediaType}`);
  return undefined;
}
