import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readArguments, UsageError } from '../../bench/arguments.ts';

const known = new Map([
  ['hits', { summary: 'what a hit costs', systems: ['bare', 'ours'], cases: ['1KB', '4KB'] }],
  ['unique', { summary: 'what a miss costs', systems: ['join', 'ours'], cases: ['flat'] }],
]);

function refusalOf(...args: string[]): string {
  try {
    readArguments(args, known);
  } catch (error) {
    assert(error instanceof UsageError);
    return error.message;
  }
  return assert.fail(`${args} were taken`);
}

test('without arguments, every question is asked of every system', () => {
  assert.deepEqual(readArguments([], known), {
    questions: ['hits', 'unique'],
    rounds: 3,
    seconds: 2,
    clients: undefined,
    systems: undefined,
    cases: undefined,
    write: false,
  });
});

test('a question is asked with as many rounds, of the systems and cases, that the command line names', () => {
  const args = ['hits', '--rounds', '5', '--seconds', '10', '--clients', '1,32', '--systems', 'ours, bare'];
  assert.deepEqual(readArguments([...args, '--cases', '4KB', '--write'], known), {
    questions: ['hits'],
    rounds: 5,
    seconds: 10,
    clients: [1, 32],
    systems: ['ours', 'bare'],
    cases: ['4KB'],
    write: true,
  });
});

test('an unknown question is refused with the questions that there are', () => {
  assert.match(refusalOf('hitz'), /^There is no question hitz\.\n.*hits +what a hit costs.*unique/s);
});

test('an unknown option is refused with those that there are', () => {
  assert.match(refusalOf('hits', '--round', '3'), /'--round'.*--rounds 3/s);
});

test('a system or a case that the question does not have is refused with those it has', () => {
  assert.match(refusalOf('hits', '--systems', 'join'), /^--systems takes bare, ours, .* not join\.$/);
  assert.match(refusalOf('hits', '--cases', '1KB,flat'), /^--cases takes 1KB, 4KB, .* not flat\.$/);
});

test('numbers that are none, or nothing to measure with, are refused', () => {
  for (const text of ['0', '-1', '1.5', 'many', '', '1e3'])
    assert.match(refusalOf('hits', `--rounds=${text}`), /^--rounds must be a whole number/);
  assert.match(refusalOf('hits', '--seconds', '0'), /^--seconds must be/);
  assert.match(refusalOf('hits', '--clients', '8,0'), /^--clients must be/);
});

test('npm run bench ends with exit code 2 and its usage when it does not understand', () => {
  const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'nonsense'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^There is no question nonsense\.\n.*npm run bench -- /s);
});
