import { parseArgs } from 'node:util';
import type { Question } from './questions/question.ts';

/** A command line that says nothing we could do. The message tells what would be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface BenchArguments {
  /** Names of questions, in the order to ask them. */
  readonly questions: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** Numbers of clients that ask at once; the question's own where it is undefined. */
  readonly clients: readonly number[] | undefined;
  /** Ids to measure; all of the question's where it is undefined. */
  readonly systems: readonly string[] | undefined;
  readonly cases: readonly string[] | undefined;
  /** Whether docs/performance.md is to have the figures. */
  readonly write: boolean;
}

/** @throws UsageError for an unknown question, option, system or case, and for numbers that are none. */
export function readArguments(
  args: readonly string[],
  known: ReadonlyMap<string, Pick<Question, 'summary' | 'systems' | 'cases'>>,
): BenchArguments {
  const { values, positionals } = parse(args, known);
  const asked = positionals.length > 0 ? positionals : [...known.keys()];
  const chosen = asked.map((name) => {
    const question = known.get(name);
    if (question === undefined) throw new UsageError(`There is no question ${name}.\n\n${usage(known)}`);
    return question;
  });
  return {
    questions: asked,
    rounds: wholeNumber('rounds', values.rounds),
    seconds: wholeNumber('seconds', values.seconds),
    clients: values.clients?.split(',').map((number) => wholeNumber('clients', number.trim())),
    systems: ids(
      'systems',
      values.systems,
      chosen.flatMap(({ systems }) => systems),
    ),
    cases: ids(
      'cases',
      values.cases,
      chosen.flatMap(({ cases }) => cases),
    ),
    write: values.write,
  };
}

function parse(args: readonly string[], known: Parameters<typeof usage>[0]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '2' },
        clients: { type: 'string' },
        systems: { type: 'string' },
        cases: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage(known)}`);
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new UsageError(`--${option} must be a whole number from 1 on, not ${text}.`);
  return Number(text);
}

function ids(option: string, list: string | undefined, known: readonly string[]): string[] | undefined {
  const wanted = list?.split(',').map((id) => id.trim());
  const unknown = wanted?.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`--${option} takes ${known.join(', ')}, separated by commas, not ${unknown}.`);
  return wanted;
}

function usage(known: ReadonlyMap<string, Pick<Question, 'summary' | 'systems' | 'cases'>>): string {
  const questions = [...known].map(
    ([name, { summary, systems, cases }]) =>
      `  ${name}   ${summary}\n         systems: ${systems.join(', ')}\n         cases: ${cases.join(', ')}\n`,
  );
  return `npm run bench -- [QUESTION ...] [--rounds 3] [--seconds 2] [--clients 1,32] [--systems a,b] [--cases a,b] [--write]

Questions (all, where none is named):
${questions.join('')}`;
}
