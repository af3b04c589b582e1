import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

/** Lines leave a process together, not each by itself. */

const logging = new URL('../../platform/logging.ts', import.meta.url).href;

/** A process that does this with its logger. */
function start(script: string) {
  return spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { createLogger } = await import('${logging}');
      const logger = createLogger({ name: 'test', level: 'info' });
      ${script}`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
}

test('a line comes though no other follows, and the process goes on', { timeout: 60_000 }, async (t) => {
  const child = start("process.stdin.on('end', () => logger.info('end')).resume(); logger.info('begin');");
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? '{}').msg;
  assert.equal(await next(), 'begin');
  child.stdin.end();
  assert.equal(await next(), 'end');
});

test('what was written before the process exits comes', { timeout: 60_000 }, async () => {
  const child = start("for (let line = 0; line < 1_000; line += 1) logger.info('line'); process.exit(0);");
  assert.equal((await text(child.stdout)).split('\n').length, 1_001);
});

test('a fatal line comes, with those before it, whatever happens next', { timeout: 60_000 }, async () => {
  const child = start("logger.info('before'); logger.fatal('fatal'); process.kill(process.pid, 'SIGKILL');");
  const [output, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  assert.equal(signal, 'SIGKILL');
  assert.match(output, /before.*\n.*fatal/);
});

test('what is named as a secret is not shown', { timeout: 60_000 }, async () => {
  const child = start(
    "logger.info({ user: { name: 'me', password: 'open sesame', token: 'open' } }, 'line');",
  );
  const { user } = JSON.parse(await text(child.stdout));
  assert.deepEqual(user, { name: 'me', password: '[secret]', token: '[secret]' });
});
