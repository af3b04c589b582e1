import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../platform/run-command.ts';

/** `npm start`: the whole supergraph on this machine, until Ctrl-C. */
await runCommand(async () => {
  // Loaded after runCommand looked at the version of Node: an older one fails on the imports themselves.
  const { readLocalConfig } = await import('./config.ts');
  const { startLocal } = await import('./start.ts');
  const { summary } = await import('./summary.ts');

  const signal = new Promise<string>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const say = (message: string) => void process.stdout.write(`${message}\n`);
  const supergraph = await startLocal(readLocalConfig(process.env), say);
  say(summary(supergraph, await readFile(join(import.meta.dirname, 'example.graphql'), 'utf8')));

  say((await signal) === 'SIGINT' ? '\nStopping ... (Ctrl-C again to stop at once)' : 'Stopping ...');
  process.once('SIGINT', () => process.exit(1));
  await supergraph.stop();
  say('Stopped.');
});
