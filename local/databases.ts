import { join } from 'node:path';
import { migrationsFolder } from '../prisma/databases.ts';
import { migrate } from '../prisma/migrate.ts';
import { seed } from '../prisma/seed/seed.ts';
import type { LocalConfig } from './config.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

export interface LocalDatabases {
  readonly usersUrl: string;
  readonly postsUrl: string;
  stop(): Promise<void>;
}

/**
 * The two databases, migrated: those that were given, else embedded ones, seeded on their first start. What was given is
 * somebody's own and is never seeded.
 */
export async function openDatabases(
  config: LocalConfig,
  log: (message: string) => void,
): Promise<LocalDatabases> {
  const { USERS_DATABASE_URL: givenUsers, POSTS_DATABASE_URL: givenPosts } = config;
  const embedded =
    givenUsers === undefined || givenPosts === undefined
      ? await startEmbeddedPostgres({
          folder: join(config.LOCAL_FOLDER, 'postgres'),
          port: config.POSTGRES_PORT,
          log,
        })
      : undefined;
  try {
    await embedded?.ensureDatabase('users');
    await embedded?.ensureDatabase('posts');
    const usersUrl = givenUsers ?? embedded?.url('users') ?? '';
    const postsUrl = givenPosts ?? embedded?.url('posts') ?? '';
    await migrate({ databaseUrl: usersUrl, folder: migrationsFolder('users') });
    await migrate({ databaseUrl: postsUrl, folder: migrationsFolder('posts') });
    if (givenUsers === undefined && givenPosts === undefined)
      await seed({
        usersUrl,
        postsUrl,
        users: config.SEED_USERS,
        posts: config.SEED_POSTS,
        notEmpty: 'skip',
      });
    return { usersUrl, postsUrl, stop: async () => embedded?.stop() };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
