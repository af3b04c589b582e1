import type { Connection } from './database.ts';
import { type UserRow, userColumns, userFields } from './users.ts';

/** What a sign-in is checked against. */
export interface Credentials {
  readonly id: string;
  readonly passwordHash: string;
}

export interface NewAccount {
  readonly username: string;
  readonly name: string;
  /** Lower-case. */
  readonly email: string;
  readonly passwordHash: string;
}

export interface ProfileChange {
  readonly name?: string;
  readonly bio?: string;
  readonly avatarUrl?: string | null;
}

/** The unique indexes that {@link insertAccount} can run into. */
export const usernameIndex = 'users_username_key';
export const emailIndex = 'users_email_key';

/** @throws an error that `violatedIndex` reads when the username or e-mail address is taken. */
export function insertAccount(connection: Connection, account: NewAccount): Promise<UserRow> {
  return connection.user.create({ data: account, select: userFields });
}

/** @param login a username or an e-mail address in lower case; no username looks like an address. */
export async function credentialsByLogin(connection: Connection, login: string): Promise<Credentials | null> {
  const row = await connection.user.findFirst({
    where: { deletedAt: null, ...(login.includes('@') ? { email: login } : { username: login }) },
    select: { id: true, passwordHash: true },
  });
  return toCredentials(row);
}

export async function credentialsById(connection: Connection, id: string): Promise<Credentials | null> {
  const row = await connection.user.findUnique({
    where: { id, deletedAt: null },
    select: { id: true, passwordHash: true },
  });
  return toCredentials(row);
}

/**
 * Reads an account and keeps its password as it is until the transaction ends; null when it is no longer what the caller
 * has checked.
 */
export async function holdCredentials(
  connection: Connection,
  { id, passwordHash }: Credentials,
): Promise<UserRow | null> {
  const rows = await connection.$queryRaw<UserRow[]>`
    SELECT ${userColumns.all} FROM users
    WHERE id = ${id}::uuid AND password_hash = ${passwordHash} AND deleted_at IS NULL
    FOR SHARE`;
  return rows[0] ?? null;
}

/** Replaces the hash that the caller has checked; null when it has changed since. */
export async function replacePasswordHash(
  connection: Connection,
  checked: Credentials,
  passwordHash: string,
): Promise<UserRow | null> {
  const rows = await connection.user.updateManyAndReturn({
    where: { id: checked.id, passwordHash: checked.passwordHash, deletedAt: null },
    data: { passwordHash },
    select: userFields,
  });
  return rows[0] ?? null;
}

/** Changes what is given; null when there is no such account. */
export async function updateProfile(
  connection: Connection,
  id: string,
  change: ProfileChange,
): Promise<UserRow | null> {
  const rows = await connection.user.updateManyAndReturn({
    where: { id, deletedAt: null },
    data: change,
    select: userFields,
  });
  return rows[0] ?? null;
}

/** Erases everything that says who the account was, but its username; false when its password has changed since. */
export async function eraseAccount(
  connection: Connection,
  checked: Credentials,
  deletedAt: Date,
): Promise<boolean> {
  const { count } = await connection.user.updateMany({
    where: { id: checked.id, passwordHash: checked.passwordHash, deletedAt: null },
    data: { deletedAt, email: null, name: '', bio: '', avatarUrl: null, passwordHash: null },
  });
  return count > 0;
}

/** Reads accounts and keeps them from being deleted before the transaction ends. */
export async function holdUsers(
  connection: Connection,
  ids: readonly string[],
): Promise<ReadonlyMap<string, UserRow>> {
  const rows = await connection.$queryRaw<UserRow[]>`
    SELECT ${userColumns.all} FROM users
    WHERE id = ANY (${ids}::uuid[]) AND deleted_at IS NULL ORDER BY id FOR KEY SHARE`;
  return new Map(rows.map((row) => [row.id, row]));
}

function toCredentials(row: { id: string; passwordHash: string | null } | null): Credentials | null {
  // The hash of an account that isn't deleted is never null; a CHECK sees to that.
  return row?.passwordHash ? { id: row.id, passwordHash: row.passwordHash } : null;
}
