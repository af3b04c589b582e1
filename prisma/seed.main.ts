import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readConfig, urlField, wholeNumberField } from '../platform/config.ts';
import { runCommand } from '../platform/run-command.ts';
import { seed } from './seed/seed.ts';
import { seedPassword } from './seed/seed-users.ts';

/**
 * `npm run seed -- --users N --posts N`: fills two empty, migrated databases. They are USERS_DATABASE_URL and
 * POSTS_DATABASE_URL.
 */
await runCommand(async () => {
  const { values } = parseArgs({ options: { users: { type: 'string' }, posts: { type: 'string' } } });
  const config = readConfig(
    z.object({
      USERS_DATABASE_URL: urlField('postgresql:', 'postgres:'),
      POSTS_DATABASE_URL: urlField('postgresql:', 'postgres:'),
      users: wholeNumberField(200, { min: 1, max: 10_000_000 }),
      posts: wholeNumberField(2_000, { min: 0, max: 100_000_000 }),
    }),
    { ...process.env, ...values },
  );

  const began = performance.now();
  const counts = await seed({
    usersUrl: config.USERS_DATABASE_URL,
    postsUrl: config.POSTS_DATABASE_URL,
    users: config.users,
    posts: config.posts,
    notEmpty: 'refuse',
  });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const summary = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  process.stdout.write(
    `Seeded ${summary.join(', ')} in ${seconds} s. Everybody's password: ${seedPassword}\n`,
  );
});
