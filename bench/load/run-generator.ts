import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { LoadResult } from './load-generator.ts';

/**
 * Runs a program that loads a server and says on a line of its own, in JSON, how it went.
 *
 * @throws Error with what the program said when it failed
 */
export async function runGenerator(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<LoadResult> {
  signal.throwIfAborted();
  // Out of reach of Ctrl-C: it is the signal that ends it.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    signal.throwIfAborted();
    const result = output.split('\n').find((line) => line.startsWith('{'));
    if (code !== 0 || result === undefined)
      throw new Error(`${program} failed: ${errors.trim() || output.trim()}`);
    return JSON.parse(result) as LoadResult;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
