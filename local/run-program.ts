import { spawn } from 'node:child_process';

/**
 * Runs a program to its end. Waits for its exit, not for its streams to close: a server it leaves in the background may
 * hold those open for ever.
 *
 * @throws Error with what it wrote to stderr, when it ends with another exit code than 0 or can't be started
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options,
      // Messages in English wherever this runs.
      env: { ...process.env, LC_ALL: 'C' },
      // Out of reach of Ctrl-C: pg_ctl ended halfway leaves a server that nobody knows of.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.on('error', (error) => reject(new Error(`${program} could not be run: ${error.message}`)));
    child.on('exit', (code, signal) => {
      child.stderr.destroy();
      if (code === 0) resolve();
      else reject(new Error(said.trim() || `${program} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
