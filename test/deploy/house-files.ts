import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../..');

export const readText = (path: string) => readFileSync(join(root, path), 'utf8');

export const readYaml = (path: string): unknown => parse(readText(path), { merge: true });

/** One variable as `.env.example` shows it. */
export interface EnvExample {
  readonly name: string;
  readonly value: string;
  /** Not commented out: it has no default. */
  readonly required: boolean;
}

/** The sections of `.env.example`, by title. */
export function readEnvExample(): ReadonlyMap<string, readonly EnvExample[]> {
  const sections = readText('.env.example').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [title = '', ...lines] = section.split('\n');
      return [title, lines.flatMap(readVariable)];
    }),
  );
}

function readVariable(line: string): EnvExample[] {
  const [, comment, name, value] = /^(#?)([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return [];
  return [{ name, value, required: comment === '' }];
}
