import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { GraphQLError } from 'graphql';
import { CodedError, errorCatalogue } from '../../platform/errors.ts';
import { createLogger } from '../../platform/logging.ts';
import { maskError } from '../../platform/mask-errors.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

test('docs/errors.md lists the catalogue as it is', async () => {
  const documentation = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, when }]) => `| \`${code}\` | ${status} | ${when} |`,
  );
  assert.deepEqual(
    documentation.split('\n').filter((line) => line.startsWith('| `')),
    rows,
  );
});

test('an error from our catalogue reaches the client as it is, without more extensions than its code', () => {
  const error = new CodedError('BAD_USER_INPUT', { message: 'Too long.' });
  assert.deepEqual(maskError(error.toJSON(), error, logger), {
    message: 'Too long.',
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('any other error tells no more than that something went wrong, and where', () => {
  const error = new GraphQLError('SELECT secret FROM 10.0.0.1', {
    path: ['me', 'email'],
    extensions: { code: 'INTERNAL_SERVER_ERROR', stacktrace: ['at /srv/app'] },
  });
  const masked = maskError({ ...error.toJSON(), path: ['me', 'email'] }, error, logger);
  assert.equal(masked.message, errorCatalogue.INTERNAL_SERVER_ERROR.message);
  assert.deepEqual(masked.path, ['me', 'email']);
  assert.doesNotMatch(JSON.stringify(masked), /secret|10\.0|srv/);
});
