import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { databases } from '../../prisma/databases.ts';

const root = resolve(import.meta.dirname, '../..');

/** A clone's prisma folder without generated clients, with or without the packages npm installs. */
async function clone(packages: 'installed' | 'none'): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'clone-'));
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await mkdir(join(folder, 'prisma'));
  for (const file of ['generate.ts', 'databases.ts']) {
    await cp(join(root, 'prisma', file), join(folder, 'prisma', file));
  }
  for (const database of databases) {
    await mkdir(join(folder, 'prisma', database));
    await cp(
      join(root, 'prisma', database, 'schema.prisma'),
      join(folder, 'prisma', database, 'schema.prisma'),
    );
  }
  if (packages === 'installed') await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Nothing listens on port 9 (discard): whatever goes through a proxy fails at once. */
const closedNetwork = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };

async function generate(folder: string, env: Record<string, string> = {}) {
  const run = promisify(execFile)(process.execPath, [join(folder, 'prisma/generate.ts')], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...env },
  });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}

function hasClients(folder: string): Promise<boolean> {
  const clients = databases.map((database) => access(join(folder, 'prisma', database, 'client/client.ts')));
  return Promise.all(clients).then(
    () => true,
    () => false,
  );
}

// Each of the next three starts where the one before it ended: to generate takes seconds.
const fresh = await clone('installed');
after(() => fresh[Symbol.asyncDispose]());

test('clients are generated without a network, without a word, and whole even by two runs at once', async () => {
  const runs = await Promise.all([1, 2].map(() => generate(fresh.folder, closedNetwork)));
  const quiet = { code: 0, output: '' };
  assert.deepEqual(runs, [quiet, quiet]);
  assert.ok(await hasClients(fresh.folder));
});

test('a changed schema is generated again, an unchanged one is left alone', async () => {
  const schema = join(fresh.folder, 'prisma/users/schema.prisma');
  const model = join(fresh.folder, 'prisma/users/client/models/User.ts');
  await writeFile(model, 'touched');
  await generate(fresh.folder);
  assert.equal(await readFile(model, 'utf8'), 'touched');
  await writeFile(schema, (await readFile(schema, 'utf8')).replace('  bio ', '  motto String?\n  bio '));
  await generate(fresh.folder);
  assert.match(await readFile(model, 'utf8'), /motto/);
});

test('a schema with a fault fails with what Prisma says about it, and the former client stays', async () => {
  await writeFile(join(fresh.folder, 'prisma/users/schema.prisma'), 'model User {}');
  const { code, output } = await generate(fresh.folder);
  assert.equal(code, 1);
  assert.match(output, /User/);
  assert.ok(await hasClients(fresh.folder));
});

test('an install without dev dependencies says what it does without; any other is told to install', async () => {
  await using bare = await clone('none');
  const image = await generate(bare.folder, { npm_config_omit: 'dev' });
  assert.equal(image.code, 0);
  assert.match(image.output, /^No Prisma CLI .* copy prisma\/\*\/client .*\n$/);
  const broken = await generate(bare.folder);
  assert.deepEqual(broken, { code: 1, output: 'The Prisma CLI is not installed: run npm ci.\n' });
});
