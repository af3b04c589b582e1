import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Migration {
  /** Name of its folder, like `20261101000000_init`. */
  name: string;
  sql: string;
}

/** The migrations in a folder in Prisma's layout (`<name>/migration.sql`), in the order they are applied. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(join(folder, name, 'migration.sql'), 'utf8') })),
  );
}

/** SHA-256 in hex, as Prisma stores it. Of the text with LF, since git may check it out with CRLF on Windows. */
export function checksum(sql: string): string {
  return sha256(sql.replaceAll('\r\n', '\n'));
}

/** Prisma hashes the file as it is, so a database migrated from Windows may hold the hash of the text with CRLF. */
export function hasChecksum(sql: string, stored: string): boolean {
  const text = sql.replaceAll('\r\n', '\n');
  return stored === sha256(text) || stored === sha256(text.replaceAll('\n', '\r\n'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
