import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadGenerator } from './load-generator.ts';
import { runGenerator } from './run-generator.ts';

const script = join(import.meta.dirname, 'wrk.lua');
/** In seconds: how slow a system is, its latencies say. wrk's own 2 s would count what is slow, or cold, as failed. */
const patience = 20;

/** wrk (https://github.com/wg/wrk), which takes the least from what it measures; undefined where it isn't on the PATH. */
export function findWrk(folder: string): LoadGenerator | undefined {
  // It has no option that ends with 0.
  const { stdout, error } = spawnSync('wrk', ['--version'], { encoding: 'utf8' });
  if (error) return undefined;
  let sent = 0;
  return {
    name: stdout.split('\n')[0]?.split(' [')[0] ?? 'wrk',
    async run({ url, method, headers, body, bodies = [body] }, { connections, seconds, signal }) {
      const file = join(folder, 'request-bodies');
      await writeFile(file, bodies.map((line) => `${line}\n`).join(''));
      const load = [
        '--threads',
        '1',
        '--connections',
        `${connections}`,
        '--duration',
        `${seconds}s`,
        '--timeout',
        `${patience}s`,
      ];
      const request = [method, bodies[0] === '' ? '' : file, String(sent), ...lines(headers)];
      const result = await runGenerator('wrk', [...load, '--script', script, url, '--', ...request], signal);
      sent += result.requests + connections;
      return result;
    },
  };
}

function lines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}
