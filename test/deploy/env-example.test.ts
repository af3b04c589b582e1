import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { readGatewayConfig } from '../../gateway/config.ts';
import { readLocalConfig } from '../../local/config.ts';
import { readPostsConfig } from '../../subgraphs/posts/config.ts';
import { readUsersConfig } from '../../subgraphs/users/config.ts';
import { type EnvExample, readEnvExample, readText } from './house-files.ts';

type Read = (env: NodeJS.ProcessEnv) => object;

/** The sections that describe a process, what reads its environment, and the files that name its variables. */
const processes: [section: string, read: Read, files: string[]][] = [
  ['Gateway', readGatewayConfig, ['gateway/config.ts']],
  ['Users', readUsersConfig, ['subgraphs/shared/config.ts', 'subgraphs/users/config.ts']],
  ['Posts', readPostsConfig, ['subgraphs/shared/config.ts', 'subgraphs/posts/config.ts']],
  ['npm start', readLocalConfig, ['local/config.ts']],
];

const sections = readEnvExample();
const { privateKey } = generateKeyPairSync('ed25519');
const usable: Record<string, string> = {
  SUBGRAPH_SECRET: 's'.repeat(32),
  DATABASE_URL: 'postgresql://users@localhost/users',
  JWT_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

for (const [title, read, files] of processes) {
  const variables = variablesOf(title);
  const required = Object.fromEntries(
    variables.filter((variable) => variable.required).map(({ name }) => [name, usable[name]]),
  );

  test(`.env.example has every variable of ${title}, and no other`, () => {
    const documented = variables.map(({ name }) => name);
    assert.deepEqual(documented.toSorted(), namesIn(['platform/config.ts', ...files]));
  });

  test(`the defaults that .env.example shows for ${title} are the code's`, () => {
    const shown = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
    const defaults = new Map(Object.entries(read(required)));
    assert.deepEqual(new Map(Object.entries(read({ ...shown, ...required }))), defaults);
    for (const { name, value, required } of variables)
      if (value === '' && !required) assert.ok(isNothing(defaults.get(name)), `${name} has a default`);
  });

  test(`${title} does not start without what .env.example calls required`, () => {
    for (const name of Object.keys(required))
      assert.throws(() => read({ ...required, [name]: undefined }), new RegExp(`\\b${name}: `));
  });
}

/** A section's own variables win over those that every service has. */
function variablesOf(title: string): EnvExample[] {
  const both = [...(sections.get('Every service') ?? []), ...(sections.get(title) ?? [])];
  return [...new Map(both.map((variable) => [variable.name, variable])).values()];
}

/** The keys of the zod schemas in these files, from their text: optional ones leave no trace in what was parsed. */
function namesIn(files: string[]): string[] {
  const names = files.flatMap((file) =>
    Array.from(readText(file).matchAll(/^ +([A-Z][A-Z0-9_]+):/gm), ([, name = '']) => name),
  );
  return [...new Set(names)].sort();
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || (value instanceof Map && value.size === 0);
}
