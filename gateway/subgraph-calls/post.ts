import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { CallFailure } from './call-failure.ts';

/** An answer above this many bytes is refused: it would be held in memory several times over. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/** A connection isn't worth a longer wait, nor as many bytes, of what nobody is going to look at. */
const discardPatienceMs = 100;
const mostDiscardedBytes = 128 * 1024;

/** What makes an answer of what comes. It is told once how that ends: by `end`, or by `fail`. */
export interface AnswerReader {
  /** Why the answer is not worth reading, if it isn't. */
  faultOf(status: number, headers: IncomingHttpHeaders): CallFailure | undefined;
  /** The connection is lost if it throws. */
  read(chunk: Buffer): void;
  /** All was read. What it throws is how the call fails. */
  end(): void;
  /** @param error a CallFailure, or what undici throws */
  fail(error: unknown): void;
}

/** What is on its way. */
export interface Sent {
  /** Nobody waits for it any more. */
  giveUp(): void;
}

/** Sends one request, without a look at how long that takes. */
export function post(
  pool: Pool,
  request: { path: string; headers: Record<string, string>; body: Buffer },
  reader: AnswerReader,
): Sent {
  const exchange = new Exchange(reader);
  // Not `request`, which makes a stream of each answer, and wants a signal to end it by: neither is needed here, and both are dear.
  pool.dispatch({ method: 'POST', ...request }, exchange);
  return exchange;
}

/** A class, because there is one for each call, and a function for each event would cost more than what they do. */
class Exchange implements Sent, Dispatcher.DispatchHandler {
  readonly #reader: AnswerReader;
  #isGivenUp = false;
  #connection: Dispatcher.DispatchController | undefined;
  /** It is read to its end all the same, or the connection is lost; unless that is long in coming. */
  #fault: CallFailure | undefined;
  #discardedBytes = 0;
  #patience: NodeJS.Timeout | undefined;

  constructor(reader: AnswerReader) {
    this.#reader = reader;
  }

  giveUp() {
    this.#isGivenUp = true;
    this.#connection?.abort(new CallFailure('abandoned', 'nobody waits for the answer'));
  }

  onRequestStart(controller: Dispatcher.DispatchController) {
    this.#connection = controller;
    if (this.#isGivenUp) this.giveUp();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders) {
    // What comes before the answer says nothing.
    if (status < 200) return;
    const fault = this.#reader.faultOf(status, headers);
    if (fault === undefined) return;
    this.#fault = fault;
    this.#patience = setTimeout(() => controller.abort(fault), discardPatienceMs);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer) {
    if (this.#fault === undefined) return this.#reader.read(chunk);
    this.#discardedBytes += chunk.length;
    if (this.#discardedBytes > mostDiscardedBytes) controller.abort(this.#fault);
  }

  onResponseEnd() {
    if (this.#fault !== undefined) return this.#fail(this.#fault);
    try {
      this.#reader.end();
    } catch (error) {
      this.#fail(error);
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error) {
    this.#fail(this.#fault ?? error);
  }

  #fail(error: unknown) {
    clearTimeout(this.#patience);
    this.#reader.fail(error);
  }
}
