import type { Pool } from 'undici';
import {
  envelopeType,
  type Frame,
  framesType,
  indexOfFrame,
  mostMembers,
  readFrame,
  writeMember,
} from '../../platform/envelope.ts';
import { type Secrets, signCall } from '../../platform/signed-call.ts';
import { CallFailure, statusFailure } from './call-failure.ts';
import type { SubgraphResponse } from './plain-calls.ts';
import { maxAnswerBytes, post, type Sent } from './post.ts';
import { createLineReader } from './read-text.ts';
import { readSubgraphAnswer } from './subgraph-answer.ts';
import type { WaitingCall } from './waiting-call.ts';

/** All answers to an envelope, and what else is between them, together. */
const maxFramesBytes = 2 * maxAnswerBytes;
const mostLines = 2 * mostMembers;

/**
 * Sends operations in one envelope and settles each when its frame arrives. Those without a frame are left open.
 *
 * @returns `answered` rejects with the status as a CallFailure when whoever answered didn't read it: nothing was executed
 */
export function postEnvelope(
  calls: readonly WaitingCall[],
  options: { subgraph: string; pool: Pool; path: string; secrets: Secrets },
): Sent & { readonly answered: Promise<void> } {
  const { subgraph, pool, path, secrets } = options;
  const askedAt = Date.now();
  const members = calls.map(({ call: { requestId, trace, deadline, viewer, body } }) =>
    writeMember(
      {
        requestId,
        traceparent: trace?.traceparent,
        tracestate: trace?.tracestate,
        deadlineMs: Math.max(0, deadline - askedAt),
        viewer,
      },
      body,
    ),
  );
  const body = Buffer.from(`[${members.join(',')}]`);
  const headers = {
    'content-type': envelopeType,
    accept: framesType,
    ...signCall({ secrets, audience: subgraph, viewer: null, body, now: askedAt, kind: 'envelope' }),
  };

  const fail = (line: string, failure: CallFailure) => {
    const index = indexOfFrame(line);
    if (index !== undefined) calls[index]?.reject(failure);
  };
  let lines = 0;
  const readLines = createLineReader({
    maxBytes: maxAnswerBytes,
    onLine(line) {
      lines += 1;
      if (lines > mostLines) throw new CallFailure('nonsense', 'more lines than there are answers');
      try {
        const frame = readFrame(line);
        settle(calls[frame.index], frame, askedAt);
      } catch (cause) {
        fail(line, new CallFailure('nonsense', 'not a frame', { cause }));
      }
    },
    onBadLine: fail,
  });
  let bytes = 0;
  const { promise: answered, resolve, reject } = Promise.withResolvers<void>();
  const sent = post(
    pool,
    { path, headers, body },
    {
      faultOf: (status, { 'content-type': type }) =>
        status === 200 && type === framesType ? undefined : statusFailure(status),
      read(chunk) {
        bytes += chunk.length;
        if (bytes > maxFramesBytes) throw new CallFailure('nonsense', 'the answers together are too large');
        readLines(chunk);
      },
      end: resolve,
      fail: reject,
    },
  );
  return { answered, giveUp: () => sent.giveUp() };
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
      : statusFailure(status);
  try {
    return { answer: readSubgraphAnswer(body), headers, askedAt };
  } catch (error) {
    throw new CallFailure('nonsense', 'not a GraphQL answer', { cause: error });
  }
}
