import { join } from 'node:path';
import { runCommand } from '../../platform/run-command.ts';

/** `npm run faults [-- words of a name]`: see docs/faults.md. */
const folder = join(import.meta.dirname, '../../.local/faults');

await runCommand(async () => {
  // Loaded after runCommand looked at the version of Node: an older one fails on the imports themselves.
  const { allExperiments } = await import('./experiments/all.ts');
  const { startHouse } = await import('./house/house.ts');
  const { playAll } = await import('./play-all.ts');
  const { toTable } = await import('./table.ts');
  const say = (message: string) => void process.stderr.write(`${message}\n`);

  const wanted = process.argv.slice(2).join(' ');
  const experiments = allExperiments.filter(({ name }) => name.includes(wanted));
  if (experiments.length === 0) throw new Error(`No experiment has "${wanted}" in its name.`);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      // What is left behind then, the next run stops.
      if (interrupted.signal.aborted) process.exit(1);
      say('Stopping after this experiment. Once more: at once.');
      interrupted.abort();
    });

  say('Starting PostgreSQL twice, Redis, both subgraphs, two gateways and nginx.');
  await using house = await startHouse(folder);
  const { results, leftOut } = await playAll(experiments, house, { say, signal: interrupted.signal });
  process.stdout.write(`${toTable(results, leftOut)}\n`);
  const broken = results.filter(({ violations }) => violations.length > 0);
  if (broken.length > 0) process.exitCode = 1;
});
