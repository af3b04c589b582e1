import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadGenerator } from './load-generator.ts';
import { runGenerator } from './run-generator.ts';

const program = join(import.meta.dirname, 'node-client.main.ts');

/** Node's own HTTP client, for machines without wrk. It needs more CPU time than most of what it asks. */
export function createNodeClient(folder: string): LoadGenerator {
  let sent = 0;
  return {
    name: `Node ${process.version} http.Agent`,
    async run(request, { connections, seconds, signal }) {
      const file = join(folder, 'request.json');
      await writeFile(file, JSON.stringify({ ...request, connections, seconds, skip: sent }));
      const result = await runGenerator(process.execPath, [program, file], signal);
      sent += result.requests;
      return result;
    },
  };
}
