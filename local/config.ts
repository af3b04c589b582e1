import { z } from 'zod';
import { portField, readConfig, serviceFields, urlField, wholeNumberField } from '../platform/config.ts';

const database = urlField('postgresql:', 'postgres:').optional();

const schema = z.object({
  ...serviceFields,
  // The screen belongs to the summary; LOG_LEVEL=info shows every request.
  LOG_LEVEL: serviceFields.LOG_LEVEL.unwrap().default('warn'),
  PORT: portField(4000),
  ADMIN_PORT: portField(4100),
  USERS_PORT: portField(4001),
  USERS_ADMIN_PORT: portField(4101),
  POSTS_PORT: portField(4002),
  POSTS_ADMIN_PORT: portField(4102),
  POSTGRES_PORT: portField(4032),
  /** Databases to use instead of the embedded ones. They are migrated, never seeded. */
  USERS_DATABASE_URL: database,
  POSTS_DATABASE_URL: database,
  REDIS_URL: urlField('redis:', 'rediss:', 'unix:').optional(),
  /** Where everything that must outlive a start is kept: databases, keys. */
  LOCAL_FOLDER: z.string().default('.local'),
  SEED_USERS: wholeNumberField(200, { min: 1, max: 10_000_000 }),
  SEED_POSTS: wholeNumberField(2_000, { min: 0, max: 100_000_000 }),
});

export type LocalConfig = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is wrong. All of them have defaults. */
export function readLocalConfig(env: NodeJS.ProcessEnv): LocalConfig {
  return readConfig(schema, env);
}
