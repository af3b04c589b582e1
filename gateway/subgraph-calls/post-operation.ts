import type { Pool } from 'undici';
import { CallFailure, isBrokenConnection } from './call-failure.ts';
import type { SubgraphResponse } from './plain-calls.ts';
import { readText } from './read-body.ts';
import { readSubgraphAnswer } from './subgraph-answer.ts';

export interface OperationCall {
  readonly pool: Pool;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Whether the operation may be sent twice: queries may, mutations never. */
  readonly repeatable: boolean;
}

/**
 * Sends one operation and reads the answer.
 *
 * A query is sent once more when its connection breaks under it: the peer may have closed an idle connection in the
 * moment it was picked (apollographql/federation#2313).
 *
 * @throws CallFailure, or what undici throws.
 */
export async function postOperation(call: OperationCall): Promise<Omit<SubgraphResponse, 'askedAt'>> {
  try {
    return await post(call);
  } catch (error) {
    if (!call.repeatable || !isBrokenConnection(error)) throw error;
    return post(call);
  }
}

async function post({
  pool,
  path,
  headers,
  body,
  signal,
}: OperationCall): Promise<Omit<SubgraphResponse, 'askedAt'>> {
  const response = await pool.request({ method: 'POST', path, headers, body, signal });
  const fault = faultOf(response.statusCode, response.headers['content-type']);
  if (fault !== undefined) {
    // Read to its end, or the connection is lost; what it says is for the log of whoever sent it.
    await response.body.dump();
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
function faultOf(status: number, contentType: string | string[] | undefined): CallFailure | undefined {
  const mediaType = String(contentType).split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === 'application/graphql-response+json') return undefined;
  if (status < 200 || status > 299) return new CallFailure('status', `status ${status}`);
  if (mediaType !== 'application/json') return new CallFailure('nonsense', `content type ${mediaType}`);
  return undefined;
}
