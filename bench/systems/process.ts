import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ask } from '../measure/ask.ts';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;
/** Of a log, when its program did not start: room for an error with its stack. */
const shownLines = 20;

export interface StartedProcess extends AsyncDisposable {
  readonly pid: number;
}

/**
 * Starts a Node program as production would: its log goes to a file, and nothing of our environment reaches it. Out of
 * reach of Ctrl-C: whoever started it ends it, in the right order.
 *
 * @param options.readyUrl answers with a status below 400 once the program can do its work
 * @throws Error with the end of its log when it doesn't get ready
 */
export async function startProcess(options: {
  name: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  readyUrl: string;
  folder: string;
  signal: AbortSignal;
}): Promise<StartedProcess> {
  const { name, args, env = {}, readyUrl, folder, signal } = options;
  await mkdir(logsOf(folder), { recursive: true });
  const logFile = logFileOf(folder, name);
  await using log = await open(logFile, 'a');
  await log.truncate();
  // On a free port: every process can be looked into (see profile/attach-profiler.ts), and until one is, nothing listens.
  const child = spawn(process.execPath, ['--inspect-port=127.0.0.1:0', ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  await once(child, 'spawn');
  try {
    await untilReady(child, readyUrl, signal);
  } catch (cause) {
    await stop(child);
    signal.throwIfAborted();
    const lastWords = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-shownLines).join('\n');
    throw new Error(`${name} did not start:\n${lastWords}`, { cause });
  }
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) };
}

export function logFileOf(folder: string, name: string): string {
  return join(logsOf(folder), `${name}.log`);
}

/** A log of every request grows fast: begun anew before every measurement. */
export async function clearLogs(folder: string): Promise<void> {
  const logs = logsOf(folder);
  for (const file of await readdir(logs)) await truncate(join(logs, file));
}

function logsOf(folder: string): string {
  return join(folder, 'logs');
}

async function untilReady(child: ChildProcess, readyUrl: string, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMs)]);
  while (!(await isReady(readyUrl))) {
    if (hasEnded(child)) throw new Error('it ended');
    await setTimeout(50, undefined, { signal: deadline });
  }
}

async function isReady(url: string): Promise<boolean> {
  return ask({ url, method: 'GET', headers: {}, body: '' }).then(
    ({ status }) => status < 400,
    () => false,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = globalThis.setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(force);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
