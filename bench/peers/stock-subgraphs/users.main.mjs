// Plain JavaScript: its packages are in bench/package.json, and the project's type check must not need them.
import { PrismaPg } from '@prisma/adapter-pg';
import DataLoader from 'dataloader';
import { toGlobalId, uuidOf } from '../../../platform/global-id.ts';
import { PrismaClient } from '../../../prisma/users/client/client.ts';
import { start } from './start.mjs';

/** The stock subgraph of accounts: see docs/benchmarks.md. */
const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
  omit: { user: { passwordHash: true } },
});

/** @param {readonly string[]} ids */
async function readUsers(ids) {
  const users = await prisma.user.findMany({ where: { id: { in: [...ids] }, deletedAt: null } });
  const byId = new Map(users.map((user) => [user.id, user]));
  return ids.map((id) => byId.get(id) ?? null);
}

const findUser = ({ id }, { users }) => {
  const uuid = uuidOf('User', id);
  return uuid === null ? null : users.load(uuid);
};

await prisma.$connect();
await start({
  name: 'users',
  resolvers: {
    Query: { user: (_parent, args, loaders) => findUser(args, loaders) },
    User: { __resolveReference: findUser, id: ({ id }) => toGlobalId('User', id) },
  },
  createLoaders: () => ({ users: new DataLoader(readUsers) }),
});
