import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runCommand } from '../../platform/run-command.ts';

/** `npm run soak [-- --rounds 10 --seconds 20]`: see docs/faults.md. */
const folder = join(import.meta.dirname, '../../.local/soak');
/** For what is in flight, written in the background, or remembered for moments. */
const calmMs = 5_000;

await runCommand(async () => {
  // Loaded after runCommand looked at the version of Node: an older one fails on the imports themselves.
  const { startHouse } = await import('../faults/house/house.ts');
  const { growthOf, megabytes } = await import('./growth.ts');
  const { inspect } = await import('./inspected-process.ts');
  const { uniqueLoad } = await import('./unique-load.ts');
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '10' }, seconds: { type: 'string', default: '20' } },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (!(rounds >= 4 && seconds > 0)) throw new Error('--rounds is 4 or more, --seconds more than 0.');
  const say = (message: string) => void process.stdout.write(`${message}\n`);

  await using stack = new AsyncDisposableStack();
  const debuggers = new Map<string, string>();
  const house = stack.use(
    await startHouse(folder, {
      // A small cache of answers, so that it is full before half of the rounds are over.
      environment: { NODE_OPTIONS: '--inspect=127.0.0.1:0', CACHE_LOCAL_MB: '2' },
      onLine(service, line) {
        const url = /^Debugger listening on (ws:.*)$/.exec(line)?.[1];
        if (url !== undefined) debuggers.set(service, url);
      },
    }),
  );
  const processes = new Map(
    await Promise.all(
      [...debuggers].map(async ([name, url]) => [name, stack.use(await inspect(url))] as const),
    ),
  );
  const held = new Map(
    [...processes.keys()].map((name) => [name, [] as Parameters<typeof growthOf>[0][number][]]),
  );
  const gateways = [house.gateways[0].url(), house.gateways[1].url()] as const;
  say(
    [
      '| Round | requests | failed |',
      ...[...processes.keys()].map((name) => ` ${name}: heap, resident, resources |`),
    ].join(''),
  );
  say(`| ---: | ---: | ---: |${' ---: |'.repeat(processes.size)}`);
  for (let round = 1; round <= rounds; round += 1) {
    const { whole, failed } = await uniqueLoad(gateways, seconds * 1_000);
    await wait(calmMs);
    const cells: string[] = [];
    for (const [name, inspected] of processes) {
      const measured = await inspected.measure();
      held.get(name)?.push(measured);
      const resources = Object.values(measured.resources).reduce((sum, count) => sum + count, 0);
      cells.push(`${megabytes(measured.heapBytes)}, ${megabytes(measured.residentBytes)}, ${resources}`);
    }
    say(`| ${[round, whole + failed, failed, ...cells].join(' | ')} |`);
  }
  for (const [name, measured] of held)
    for (const growth of growthOf(measured)) {
      say(`${name} grows: ${growth}`);
      process.exitCode = 1;
    }
});
