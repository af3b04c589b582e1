import type { ServerResponse } from 'node:http';
import type { ApolloAnswer } from '../../platform/apollo-http.ts';
import { type EnvelopeMember, framesType, writeFrame } from '../../platform/envelope.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Waiting } from './waiting.ts';
import { type WorkSignal, WorkTime } from './work-time.ts';

/**
 * Answers the members of an envelope all at the same moment, each by itself, and sends each answer as soon as it is there. What
 * becomes of one member is nothing to the others: not that it fails, nor that it takes longer than whoever asked waits.
 */
export function answerEnvelope(options: {
  members: readonly EnvelopeMember[];
  response: ServerResponse;
  execute: (member: EnvelopeMember, signal: WorkSignal) => Promise<ApolloAnswer>;
  /** Is told of each member. */
  waiting: Waiting;
  logger: Logger;
}): void {
  const { members, response, execute, waiting, logger } = options;
  let unanswered = members.length;
  let ready = '';

  const send = () => {
    const frames = ready;
    ready = '';
    // To write to a connection that is gone would be an error.
    if (response.destroyed) return;
    if (unanswered > 0) {
      if (!response.headersSent) response.writeHead(200, { 'content-type': framesType });
      response.write(frames);
      return;
    }
    // Most often that is all there is to say. With its length, it leaves in one piece.
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': framesType, 'content-length': Buffer.byteLength(frames) });
    response.end(frames);
  };
  if (unanswered === 0) send();

  const times = members.map((member, index) => {
    let isOpen = true;
    const settle = (frame: string) => {
      if (!isOpen) return;
      isOpen = false;
      time.end();
      unanswered -= 1;
      // All that get ready in one turn leave with one write: writes are what costs.
      if (ready === '') setImmediate(send);
      ready += frame;
    };
    const fail = (status: number) => settle(writeFrame({ index, status, headers: {} }, undefined));
    const time = new WorkTime(member.deadlineMs, waiting, () => fail(504));
    execute(member, time).then(
      ({ status, headers, body }) => settle(writeFrame({ index, status, headers }, body)),
      (error: unknown) => {
        logger.error({ err: error, requestId: member.requestId }, 'request failed');
        fail(500);
      },
    );
    return time;
  });
  // With the last answer, or because whoever asked is gone.
  response.once('close', () => {
    for (const time of times) time.giveUp();
  });
}
