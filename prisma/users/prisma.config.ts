import { defineConfig } from 'prisma/config';

/** For Prisma's own commands: `DATABASE_URL=... npx prisma migrate status --config prisma/users/prisma.config.ts`. */
export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
