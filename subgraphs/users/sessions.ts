import { createHash, randomBytes } from 'node:crypto';
import type { Logger } from '../../platform/logging.ts';
import { refusal } from '../shared/user-errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type Connection, type Database, inTransaction } from './data/database.ts';
import * as data from './data/sessions.ts';
import { usersById } from './data/users.ts';
import { accountGone, type SignedIn } from './signed-in.ts';

const refreshTokenLifetimeMs = 30 * 24 * 60 * 60 * 1_000;

/** What a client holds of its sign-in. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

export interface Sessions {
  /** Signs the account in, within the caller's transaction. */
  open(connection: Connection, userId: string): Promise<SessionTokens>;
  /**
   * Trades a refresh token for new tokens, once. Presenting one that was used ends the sign-in: of the two who hold it one
   * is a thief, and nobody can tell which (RFC 9700, 4.14.2).
   *
   * @throws Refusal WRONG_CREDENTIALS, equal for every reason.
   */
  refresh(refreshToken: string): Promise<SessionTokens>;
  /**
   * Ends the viewer's sign-in; false when it has ended before.
   *
   * @throws CodedError UNAUTHENTICATED when the account is gone.
   */
  end(viewer: SignedIn): Promise<boolean>;
}

export function createSessions(deps: {
  database: Database;
  accessTokens: AccessTokens;
  logger: Logger;
  now: () => Date;
}): Sessions {
  const { database, accessTokens, logger, now } = deps;

  async function tokensOf(session: data.SessionRow, refresh: NewToken, time: Date): Promise<SessionTokens> {
    const access = await accessTokens.issue(session, time);
    return {
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken: refresh.token,
      refreshTokenExpiresAt: refresh.row.expiresAt,
    };
  }

  return {
    async open(connection, userId) {
      const time = now();
      const refresh = newToken(time);
      return tokensOf(await data.insertSession(connection, userId, refresh.row, time), refresh, time);
    },

    async refresh(refreshToken) {
      const time = now();
      const presented = hashOf(refreshToken);
      const next = newToken(time);
      const session = await inTransaction(database, async (connection) => {
        const sessionId = await data.claimRefreshToken(connection, presented, time);
        if (sessionId !== null) return data.extendSession(connection, sessionId, next.row, time);
        const copied = await data.sessionOfUsedToken(connection, presented);
        if (copied !== null) {
          await data.revokeSession(connection, copied, time);
          logger.warn({ sessionId: copied }, 'a refresh token was presented again: sign-in ended');
        }
        return null;
      });
      // Refused out here: thrown in the transaction, it would take back the end of the copied sign-in.
      if (session === null)
        throw refusal('WRONG_CREDENTIALS', 'The refresh token is not right, or no longer.', 'refreshToken');
      return tokensOf(session, next, time);
    },

    async end({ id, sessionId }) {
      if (!(await usersById(database, [id])).has(id)) throw accountGone();
      if (sessionId === null) return false;
      const session = { id: sessionId, userId: id };
      return database.writeRetries.run(() => data.revokeOwnSession(database, session, now()));
    },
  };
}

interface NewToken {
  readonly token: string;
  readonly row: data.NewRefreshToken;
}

function newToken(time: Date): NewToken {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(time.getTime() + refreshTokenLifetimeMs);
  return { token, row: { tokenHash: hashOf(token), expiresAt } };
}

/** A plain hash will do: nobody can guess 32 random bytes, however fast the hash. */
function hashOf(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
