import { Prisma } from '../../../prisma/users/client/client.ts';
import { type Keyset, orderAndLimit, withinPage } from '../../shared/keyset.ts';
import type { NamedReads } from '../../shared/named-reads.ts';
import type { Page } from '../../shared/page.ts';
import { allColumns, type Columns, createRowColumns } from '../../shared/row-columns.ts';
import type { Connection } from './database.ts';

/** An account as resolvers see it. Deleted accounts are never read; `email` is for its owner only. */
export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly bio: string;
  readonly avatarUrl: string | null;
  readonly email: string | null;
  readonly createdAt: Date;
}

/** The columns of a {@link UserRow}, for Prisma. */
export const userFields = {
  id: true,
  username: true,
  name: true,
  bio: true,
  avatarUrl: true,
  email: true,
  createdAt: true,
} as const satisfies Prisma.UserSelect;

/** The columns of a {@link UserRow}, for statements in which `users` is the accounts' table. */
export const userColumns = createRowColumns<keyof UserRow>({
  columns: {
    id: 'users.id',
    username: 'users.username',
    name: 'users.name',
    bio: 'users.bio',
    avatarUrl: 'users.avatar_url',
    email: 'users.email',
    createdAt: 'users.created_at',
  },
  always: ['id'],
  type: 'User',
  neededBy: {},
});

/** Newest first: ids are UUIDv7. */
export const usersKeyset: Keyset = { columns: [{ name: 'id', type: 'uuid' }], order: 'desc' };

/** For functions that also write; what answers show is read by {@link findUsers}. */
export async function usersById(
  connection: Connection,
  ids: readonly string[],
): Promise<ReadonlyMap<string, UserRow>> {
  const rows = await connection.user.findMany({
    where: { id: { in: [...ids] }, deletedAt: null },
    select: userFields,
  });
  return new Map(rows.map((row) => [row.id, row]));
}

export async function findUsers(
  reads: NamedReads,
  ids: readonly string[],
  columns: Columns = allColumns,
): Promise<ReadonlyMap<string, UserRow>> {
  const rows = await reads.read<UserRow>(Prisma.sql`
    SELECT ${userColumns.toSql(columns)} FROM users WHERE users.id = ANY (${ids}::uuid[]) AND deleted_at IS NULL`);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function findUsersByUsername(
  reads: NamedReads,
  usernames: readonly string[],
  columns: Columns = allColumns,
): Promise<ReadonlyMap<string, UserRow>> {
  const rows = await reads.read<UserRow & { key: string }>(Prisma.sql`
    SELECT ${userColumns.toSql(columns)}, username AS key FROM users
    WHERE username = ANY (${usernames}::text[]) AND deleted_at IS NULL`);
  return new Map(rows.map(({ key, ...row }) => [key, row]));
}

/** @param search part of the username or name, in any case; null for all. */
export function listUsers(connection: Connection, search: string | null, page: Page): Promise<UserRow[]> {
  const matches =
    search === null
      ? Prisma.raw('TRUE')
      : Prisma.sql`(username ILIKE ${containing(search)} OR name ILIKE ${containing(search)})`;
  return connection.$queryRaw<UserRow[]>`
    SELECT ${userColumns.all} FROM users
    WHERE deleted_at IS NULL AND ${matches} AND ${withinPage(usersKeyset, page)}
    ${orderAndLimit(usersKeyset, page)}`;
}

/** A LIKE pattern for texts that hold this one literally. */
function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
