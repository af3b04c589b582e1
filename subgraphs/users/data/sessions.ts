import type { Connection } from './database.ts';

/** A sign-in on one device. */
export interface SessionRow {
  readonly id: string;
  readonly userId: string;
}

export interface NewRefreshToken {
  /** SHA-256 of the token. */
  readonly tokenHash: Uint8Array<ArrayBuffer>;
  readonly expiresAt: Date;
}

/** Opens a session with its first refresh token; sessions of the account that ran out go. */
export async function insertSession(
  connection: Connection,
  userId: string,
  token: NewRefreshToken,
  now: Date,
): Promise<SessionRow> {
  await connection.session.deleteMany({ where: { userId, expiresAt: { lte: now } } });
  return connection.session.create({
    data: { userId, expiresAt: token.expiresAt, refreshTokens: { create: token } },
    select: { id: true, userId: true },
  });
}

/**
 * Marks a refresh token as used and gives its session's id; null when it can't be used. Of two transactions that try at
 * once, the second waits for the first and gets null: the conditions are checked again on the row as it is then. So they
 * must stay conditions on this one table, which a subquery's are not.
 */
export async function claimRefreshToken(
  connection: Connection,
  tokenHash: Uint8Array<ArrayBuffer>,
  now: Date,
): Promise<string | null> {
  const rows = await connection.refreshToken.updateManyAndReturn({
    where: { tokenHash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
    select: { sessionId: true },
  });
  return rows[0]?.sessionId ?? null;
}

/** Lets a session go on with another refresh token; null when it was ended. Tokens that ran out go. */
export async function extendSession(
  connection: Connection,
  sessionId: string,
  token: NewRefreshToken,
  now: Date,
): Promise<SessionRow | null> {
  const [session] = await connection.session.updateManyAndReturn({
    where: { id: sessionId, revokedAt: null },
    data: { expiresAt: token.expiresAt },
    select: { id: true, userId: true },
  });
  if (session === undefined) return null;
  await connection.refreshToken.deleteMany({ where: { sessionId, expiresAt: { lte: now } } });
  await connection.refreshToken.create({ data: { sessionId, ...token } });
  return session;
}

/** The session of a refresh token that was used before; null for every other token. */
export async function sessionOfUsedToken(
  connection: Connection,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<string | null> {
  const token = await connection.refreshToken.findUnique({
    where: { tokenHash, usedAt: { not: null } },
    select: { sessionId: true },
  });
  return token?.sessionId ?? null;
}

export async function revokeSession(connection: Connection, sessionId: string, now: Date): Promise<void> {
  await connection.session.updateMany({
    where: { id: sessionId, revokedAt: null },
    data: { revokedAt: now },
  });
}

/** Ends a sign-in of the account; false when it has ended before or isn't the account's. */
export async function revokeOwnSession(
  connection: Connection,
  session: SessionRow,
  now: Date,
): Promise<boolean> {
  const { count } = await connection.session.updateMany({
    where: { ...session, revokedAt: null, expiresAt: { gt: now } },
    data: { revokedAt: now },
  });
  return count > 0;
}

/** Ends every sign-in of the account but the one given. */
export async function revokeOtherSessions(
  connection: Connection,
  userId: string,
  keptSessionId: string | null,
  now: Date,
): Promise<void> {
  await connection.session.updateMany({
    where: { userId, revokedAt: null, ...(keptSessionId === null ? {} : { id: { not: keptSessionId } }) },
    data: { revokedAt: now },
  });
}

export async function deleteSessionsOf(connection: Connection, userId: string): Promise<void> {
  // Tokens first, as a refresh locks them: sessions first, and the two could deadlock.
  await connection.refreshToken.deleteMany({ where: { session: { userId } } });
  await connection.session.deleteMany({ where: { userId } });
}
