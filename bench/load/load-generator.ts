/** What is sent again and again. */
export interface LoadRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent in turn instead of the body: each run goes on where the last one ended. JSON, so none has a line break. */
  readonly bodies?: readonly string[];
}

export interface LoadOptions {
  /** Kept alive; each sends its next request when it has the answer to the last. */
  readonly connections: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** That arrived, headers included. */
  readonly bytes: number;
  /** Requests that got no answer, or one of status 400 and above. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Asks in a process of its own, so that its CPU time is nobody else's. */
export interface LoadGenerator {
  readonly name: string;
  run(request: LoadRequest, options: LoadOptions): Promise<LoadResult>;
}

/**
 * What a generator cannot see by itself: requests that were answered, but not with what they should have been.
 *
 * @throws Error when the figures would be those of something else than what is measured
 */
export function requireAnswers(result: LoadResult, expected: { readonly body: Buffer }): void {
  if (result.requests === 0) throw new Error('no request was answered');
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} requests failed`);
  const bytes = result.bytes / result.requests;
  if (bytes < expected.body.length)
    throw new Error(`answers had ${Math.round(bytes)} bytes instead of ${expected.body.length}`);
}
