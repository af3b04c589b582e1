import { z } from 'zod';
import { ConfigError, readConfig, urlField } from '../platform/config.ts';
import { type Database, databases, migrationsFolder } from './databases.ts';
import { MigrationError, migrate } from './migrate.ts';

const usage = `Usage:
  DATABASE_URL=postgresql://... npm run migrate -- users|posts
  USERS_DATABASE_URL=postgresql://... POSTS_DATABASE_URL=postgresql://... npm run migrate`;

try {
  for (const [database, databaseUrl] of readTargets(process.argv.slice(2), process.env)) {
    const say = (message: string) => process.stdout.write(`${database}: ${message}\n`);
    const { applied } = await migrate({ databaseUrl, folder: migrationsFolder(database), log: say });
    say(applied.length === 0 ? 'up to date' : `applied ${applied.length} migration(s)`);
  }
} catch (error) {
  const expected = error instanceof MigrationError || error instanceof ConfigError;
  process.stderr.write(`${expected ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function readTargets(args: string[], env: NodeJS.ProcessEnv): [Database, string][] {
  const url = urlField('postgresql:', 'postgres:');
  if (args.length === 0) {
    const config = readConfig(z.object({ USERS_DATABASE_URL: url, POSTS_DATABASE_URL: url }), env);
    return [
      ['users', config.USERS_DATABASE_URL],
      ['posts', config.POSTS_DATABASE_URL],
    ];
  }
  const [name, ...rest] = args;
  const database = databases.find((known) => known === name);
  if (!database || rest.length > 0) throw new ConfigError(usage);
  return [[database, readConfig(z.object({ DATABASE_URL: url }), env).DATABASE_URL]];
}
