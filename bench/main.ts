import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../platform/run-command.ts';
import type { BenchArguments } from './arguments.ts';
import type { Question } from './questions/question.ts';
import type { Run } from './report/run.ts';

/** `npm run bench`: see docs/benchmarks.md. */
const root = join(import.meta.dirname, '..');
/** Beside what `npm start` keeps. */
const folder = join(root, '.local/bench');
const results = join(import.meta.dirname, 'results');
const page = join(root, 'docs/performance.md');
const usageExitCode = 2;

await runCommand(async () => {
  // Loaded after runCommand looked at the version of Node: an older one fails on the imports themselves.
  const { readArguments, UsageError } = await import('./arguments.ts');
  const { questions } = await import('./questions/questions.ts');
  const { withReport } = await import('./report/performance-page.ts');
  try {
    const args = readArguments(process.argv.slice(2), questions);
    const interrupted = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => interrupted.abort(new Error('Stopped.')));
    await mkdir(folder, { recursive: true });
    for (const name of args.questions) {
      const question = questions.get(name);
      if (question === undefined) continue;
      const markdown = await answer(name, question, args, interrupted.signal);
      if (args.write)
        await writeFile(
          page,
          withReport(await readFile(page, 'utf8'), name, markdown, [...questions.keys()]),
        );
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = usageExitCode;
  }
});

/** Asks one question, and leaves its figures on the screen and in two files. @returns them as Markdown */
async function answer(
  name: string,
  question: Question,
  { rounds, seconds, clients = question.clients, systems, cases }: BenchArguments,
  signal: AbortSignal,
): Promise<string> {
  const { chooseLoadGenerator } = await import('./load/choose-load-generator.ts');
  const { currentLoad, currentRevision, describeMachine } = await import('./report/run.ts');
  const { toMarkdown } = await import('./report/markdown.ts');

  const load = chooseLoadGenerator(folder);
  const about = {
    date: `${new Date().toISOString().slice(0, 16)}Z`,
    revision: currentRevision(root),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    machine: describeMachine(),
    node: process.version,
    load: load.name,
    options: { rounds, seconds, clients },
  };
  const loadBefore = currentLoad();
  const report = await question.ask({
    options: { rounds, seconds, signal },
    clients,
    load,
    folder,
    say: (message) => void process.stderr.write(`${message}\n`),
    wantsSystem: (id) => systems?.includes(id) ?? true,
    wantsCase: (id) => cases?.includes(id) ?? true,
  });
  const run: Run = { ...about, loadAverage: [loadBefore, currentLoad()] };
  const markdown = toMarkdown(report, run);
  await mkdir(results, { recursive: true });
  await writeFile(join(results, `${name}.json`), `${JSON.stringify({ run, ...report }, null, 2)}\n`);
  await writeFile(join(results, `${name}.md`), markdown);
  process.stdout.write(`\n${markdown}`);
  return markdown;
}
