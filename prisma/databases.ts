import { join } from 'node:path';

/** The databases of the house, one a subgraph; each has a folder of its name here. */
export const databases = ['users', 'posts'] as const;

export type Database = (typeof databases)[number];

export function migrationsFolder(database: Database): string {
  return join(import.meta.dirname, database, 'migrations');
}
