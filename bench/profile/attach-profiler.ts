import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { setTimeout } from 'node:timers/promises';
import { logFileOf } from '../systems/process.ts';

/** In microseconds. Half of V8's default: a run is short. */
const samplingInterval = 500;
const openTimeoutMs = 5_000;

/** V8's CPU profiler in another process. */
export interface AttachedProfiler extends AsyncDisposable {
  start(): Promise<void>;
  stop(): Promise<Profiler.Profile>;
}

/**
 * Opens the inspector of a process that startProcess has started, once; the process itself knows of nothing.
 *
 * @param options.name what it was started as
 * @throws Error when it doesn't open, as where there are no such signals (Windows)
 */
export async function attachProfiler(options: {
  name: string;
  pid: number;
  folder: string;
}): Promise<AttachedProfiler> {
  const deadline = AbortSignal.timeout(openTimeoutMs);
  process.kill(options.pid, 'SIGUSR1');
  const socket = new WebSocket(await urlOf(logFileOf(options.folder, options.name), deadline));
  await once(socket, 'open', { signal: deadline });
  let sent = 0;
  const call = async (method: string, params = {}): Promise<unknown> => {
    const id = ++sent;
    const answered = answerTo(socket, id);
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  };
  await call('Profiler.enable');
  await call('Profiler.setSamplingInterval', { interval: samplingInterval });
  return {
    async start() {
      await call('Profiler.start');
    },
    async stop() {
      const { profile } = (await call('Profiler.stop')) as { profile: Profiler.Profile };
      return profile;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** Node says in the log where its inspector listens. */
async function urlOf(logFile: string, deadline: AbortSignal): Promise<string> {
  for (;;) {
    const [, url] = /^Debugger listening on (ws:.+)$/m.exec(await readFile(logFile, 'utf8')) ?? [];
    if (url !== undefined) return url;
    await setTimeout(50, undefined, { signal: deadline });
  }
}

/** @throws Error when the other side refuses, or goes */
async function answerTo(socket: WebSocket, id: number): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const over = new AbortController();
  const { signal } = over;
  socket.addEventListener('close', () => reject(new Error('the inspector has closed')), { signal });
  socket.addEventListener(
    'message',
    ({ data }) => {
      const answer = JSON.parse(String(data));
      if (answer.id !== id) return;
      if (answer.error) reject(new Error(answer.error.message));
      else resolve(answer.result);
    },
    { signal },
  );
  try {
    return await promise;
  } finally {
    over.abort();
  }
}
