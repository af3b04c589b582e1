import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Database, databases } from './databases.ts';

/**
 * Generates the Prisma client of every database (`prisma/<database>/client`, not committed). `npm ci` runs it after
 * every install, so it is quiet, needs no network, does nothing where nothing changed, and may run twice at once.
 *
 * Without dev dependencies there is no Prisma CLI. That is an image's last stage (`npm ci --omit=dev`), which copies
 * the clients from the stage that built them, before or after its install: said in one line, not an error. A missing
 * CLI in any other install is one.
 */

const stampFile = 'generated-from.txt';
const require = createRequire(import.meta.url);

const offline = {
  // Only migrate commands need the schema engine, yet generate downloads it unless this names a file that exists.
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
};

const cli = findCli();
if (cli) {
  const results = await Promise.allSettled(databases.map((database) => generate(database, cli)));
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    process.stderr.write(`${reasonOf(result.reason)}\n`);
    process.exitCode = 1;
  }
} else if (process.env.npm_config_omit?.includes('dev') || process.env.NODE_ENV === 'production') {
  process.stdout.write('No Prisma CLI without dev dependencies: copy prisma/*/client from a full install.\n');
} else {
  process.stderr.write('The Prisma CLI is not installed: run npm ci.\n');
  process.exitCode = 1;
}

function findCli(): { script: string; version: string } | undefined {
  try {
    const manifest = require.resolve('prisma/package.json');
    const { version } = require(manifest);
    return { script: join(manifest, '../build/index.js'), version };
  } catch {
    return undefined;
  }
}

async function generate(
  database: Database,
  { script, version }: { script: string; version: string },
): Promise<void> {
  const folder = join(import.meta.dirname, database);
  const client = join(folder, 'client');
  const schema = await readFile(join(folder, 'schema.prisma'), 'utf8');
  const stamp = createHash('sha256').update(version).update(schema).digest('hex');
  if ((await stampOf(client)) === stamp) return;

  // Made aside and moved into place, because Prisma empties the folder it writes to: a process that imports the client
  // at this moment would find half of it.
  const workshop = await mkdtemp(`${client}.`);
  try {
    const copy = join(workshop, 'schema.prisma');
    await writeFile(copy, schema);
    await promisify(execFile)(process.execPath, [script, 'generate', '--no-hints', '--schema', copy], {
      env: { ...process.env, ...offline },
    });
    await writeFile(join(workshop, 'client', stampFile), stamp);
    await rename(client, join(workshop, 'former')).catch(ignoreMissing);
    await rename(join(workshop, 'client'), client).catch(async (error: unknown) => {
      // Another run put its own there in between; the same content is as good as ours.
      if ((await stampOf(client)) !== stamp) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

function stampOf(client: string): Promise<string | undefined> {
  return readFile(join(client, stampFile), 'utf8').catch(() => undefined);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** Prisma's own words where it ran and failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
  return `${stdout}${stderr}`.trim() || error.message;
}
