import type { Pool } from 'undici';
import {
  envelopeType,
  type Frame,
  framesType,
  indexOfFrame,
  readFrame,
  writeMember,
} from '../../platform/envelope.ts';
import { type Secrets, signCall } from '../../platform/signed-call.ts';
import { CallFailure } from './call-failure.ts';
import type { SubgraphResponse } from './plain-calls.ts';
import { createLineReader, maxAnswerBytes, readBody } from './read-body.ts';
import { readSubgraphAnswer } from './subgraph-answer.ts';
import type { WaitingCall } from './waiting-call.ts';

/**
 * Sends operations in one envelope and settles each when its frame arrives. Those without a frame are left open.
 *
 * @returns the status, if that is not an answer to an envelope: nothing was executed
 * @throws CallFailure, or what undici throws, when the connection fails before the end.
 */
export async function postEnvelope(
  calls: readonly WaitingCall[],
  options: { pool: Pool; path: string; secrets: Secrets; signal: AbortSignal },
): Promise<{ refusedWith: number } | undefined> {
  const { pool, path, secrets, signal } = options;
  const askedAt = Date.now();
  const members = calls.map(({ call: { requestId, deadline, viewer, body } }) =>
    writeMember({ requestId, deadlineMs: Math.max(0, deadline - askedAt), viewer }, body),
  );
  const body = `[${members.join(',')}]`;
  const response = await pool.request({
    method: 'POST',
    path,
    headers: {
      'content-type': envelopeType,
      accept: framesType,
      ...signCall({ secrets, viewer: null, body, now: askedAt, kind: 'envelope' }),
    },
    body,
    signal,
  });
  if (response.statusCode !== 200 || response.headers['content-type'] !== framesType) {
    await response.body.dump();
    return { refusedWith: response.statusCode };
  }

  const fail = (line: string, what: string, cause?: unknown) => {
    const index = indexOfFrame(line);
    if (index !== undefined) calls[index]?.reject(new CallFailure('nonsense', what, { cause }));
  };
  const readLine = createLineReader({
    maxBytes: maxAnswerBytes,
    onLine(line) {
      try {
        const frame = readFrame(line);
        settle(calls[frame.index], frame, askedAt);
      } catch (error) {
        fail(line, 'not a frame', error);
      }
    },
    onTooLong: (beginning) => fail(beginning, 'the answer is too large'),
  });
  await readBody(response.body, readLine);
  return undefined;
}

function settle(call: WaitingCall | undefined, frame: Frame, askedAt: number): void {
  try {
    call?.resolve(responseOf(frame, askedAt));
  } catch (error) {
    call?.reject(error);
  }
}

function responseOf({ status, headers, body }: Frame, askedAt: number): SubgraphResponse {
  if (body === undefined)
    throw status === 504
      ? new CallFailure('timeout', 'no answer before the deadline')
      : new CallFailure('status', `status ${status}`);
  try {
    return { answer: readSubgraphAnswer(body), headers, askedAt };
  } catch (error) {
    throw new CallFailure('nonsense', 'not a GraphQL answer', { cause: error });
  }
}
