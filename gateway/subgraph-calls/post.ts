import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { CallFailure } from './call-failure.ts';

/** An answer above this many bytes is refused: it would be held in memory several times over. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/** A connection isn't worth a longer wait, nor as many bytes, of what nobody is going to look at. */
const discardPatienceMs = 100;
const mostDiscardedBytes = 128 * 1024;

/** What makes an answer of what comes. */
export interface AnswerReader<Answer> {
  /** Why the answer is not worth reading, if it isn't. */
  faultOf(status: number, headers: IncomingHttpHeaders): CallFailure | undefined;
  /** The connection is lost if it throws. */
  read(chunk: Buffer): void;
  /** Called when all was read. What it throws is how the call fails. */
  end(): Answer;
}

/** What is on its way. */
export interface Sent<Answer> {
  /** Rejects with a CallFailure, or with what undici throws. */
  readonly answer: Promise<Answer>;
  /** Nobody waits for it any more. */
  giveUp(): void;
}

/** Sends one request, without a look at how long that takes. */
export function post<Answer>(
  pool: Pool,
  request: { path: string; headers: Record<string, string>; body: Buffer },
  reader: AnswerReader<Answer>,
): Sent<Answer> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>();
  let isGivenUp = false;
  let connection: Dispatcher.DispatchController | undefined;
  /** It is read to its end all the same, or the connection is lost; unless that is long in coming. */
  let fault: CallFailure | undefined;
  let discardedBytes = 0;
  let patience: NodeJS.Timeout | undefined;

  const giveUp = () => {
    isGivenUp = true;
    connection?.abort(new CallFailure('abandoned', 'nobody waits for the answer'));
  };

  // Not `request`, which makes a stream of each answer, and wants a signal to end it by: neither is needed here, and both are dear.
  pool.dispatch(
    { method: 'POST', ...request },
    {
      onRequestStart(controller) {
        connection = controller;
        if (isGivenUp) giveUp();
      },
      onResponseStart(controller, status, headers) {
        // What comes before the answer says nothing.
        if (status < 200) return;
        const found = reader.faultOf(status, headers);
        fault = found;
        if (found !== undefined) patience = setTimeout(() => controller.abort(found), discardPatienceMs);
      },
      onResponseData(controller, chunk) {
        if (fault === undefined) return reader.read(chunk);
        discardedBytes += chunk.length;
        if (discardedBytes > mostDiscardedBytes) controller.abort(fault);
      },
      onResponseEnd() {
        clearTimeout(patience);
        if (fault !== undefined) return reject(fault);
        try {
          resolve(reader.end());
        } catch (error) {
          reject(error);
        }
      },
      onResponseError(_, error) {
        clearTimeout(patience);
        reject(fault ?? error);
      },
    },
  );
  return { answer, giveUp };
}
