import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import {
  ConfigError,
  listField,
  portField,
  readConfig,
  secretsField,
  urlField,
} from '../../platform/config.ts';

const schema = z.object({
  PORT: portField(4000),
  DATABASE_URL: urlField('postgresql:'),
  SECRET: secretsField(),
  ORIGINS: listField(),
});
const secret = 'a-secret-of-at-least-32-characters';

test('every fault is reported at once, by the name of its variable', () => {
  assert.throws(
    () => readConfig(schema, { PORT: 'http', DATABASE_URL: 'mysql://somewhere', SECRET: 'short' }),
    (error) => {
      assert(error instanceof ConfigError);
      for (const name of ['PORT', 'DATABASE_URL', 'SECRET'])
        assert.match(error.message, new RegExp(`^  ${name}: `, 'm'));
      return true;
    },
  );
});

test('a message never repeats a value: it may be a secret', () => {
  assert.throws(
    () => readConfig(schema, { DATABASE_URL: 'oops:hunter2', SECRET: 'hunter2' }),
    (error) => error instanceof ConfigError && !error.message.includes('hunter2'),
  );
});

test('an empty variable counts as absent', () => {
  const config = readConfig(schema, { PORT: '', DATABASE_URL: 'postgresql://localhost/x', SECRET: secret });
  assert.equal(config.PORT, 4000);
});

test('lists and secrets are split at commas', () => {
  const config = readConfig(schema, {
    DATABASE_URL: 'postgresql://localhost/x',
    SECRET: `${secret}, ${secret}-2`,
    ORIGINS: 'https://a.example, ,https://b.example',
  });
  assert.deepEqual(config.SECRET, [secret, `${secret}-2`]);
  assert.deepEqual(config.ORIGINS, ['https://a.example', 'https://b.example']);
});
