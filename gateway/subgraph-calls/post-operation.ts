import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
import { CallFailure, statusFailure } from './call-failure.ts';
import type { SubgraphResponse } from './plain-calls.ts';
import { post, type Sent } from './post.ts';
import { createTextReader } from './read-text.ts';
import { readSubgraphAnswer } from './subgraph-answer.ts';

/** Sends one operation and reads the answer. */
export function postOperation(
  pool: Pool,
  request: { path: string; headers: Record<string, string>; body: Buffer; askedAt: number },
): Sent<SubgraphResponse> {
  const { path, headers, body, askedAt } = request;
  const text = createTextReader();
  let answerHeaders: IncomingHttpHeaders = {};
  return post(
    pool,
    { path, headers, body },
    {
      faultOf(status, received) {
        answerHeaders = received;
        return faultOf(status, received);
      },
      read: text.read,
      end() {
        const answer = text.end();
        try {
          return { answer: readSubgraphAnswer(JSON.parse(answer)), headers: answerHeaders, askedAt };
        } catch (error) {
          throw new CallFailure('nonsense', 'not a GraphQL answer', { cause: error });
        }
      },
    },
  );
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
