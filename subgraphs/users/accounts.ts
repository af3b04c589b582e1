import { hasLength, type Refusal, refusal } from '../shared/user-errors.ts';
import { checkNewPassword, checkProfile, checkSignUp, normalEmail } from './account-rules.ts';
import type { Attempts } from './attempts.ts';
import * as data from './data/accounts.ts';
import { type Database, inTransaction, violatedIndex } from './data/database.ts';
import { deleteFollowsOf } from './data/follows.ts';
import { insertEvent } from './data/outbox.ts';
import { deleteSessionsOf, revokeOtherSessions } from './data/sessions.ts';
import type { UserRow } from './data/users.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions, SessionTokens } from './sessions.ts';
import { accountGone, type SignedIn } from './signed-in.ts';

interface SignUp {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  /** The username when left out. */
  readonly name: string | null;
  /** Of the client; null where it isn't known. */
  readonly address: string | null;
}

/** An account that has just been signed in to. */
interface Entrance {
  readonly user: UserRow;
  readonly session: SessionTokens;
}

/** What people do with their accounts. Every function may throw OVERLOADED while too many passwords are being checked. */
export interface Accounts {
  /** @throws Refusal INVALID, TAKEN or TOO_MANY_ATTEMPTS */
  signUp(input: SignUp): Promise<Entrance>;
  /**
   * @param login a username or e-mail address, in any case.
   * @throws Refusal WRONG_CREDENTIALS, equal for an unknown account and a wrong password, after equal work; TOO_MANY_ATTEMPTS,
   *   equal for both, too
   */
  logIn(input: { login: string; password: string; address: string | null }): Promise<Entrance>;
  /**
   * Changes what is given.
   *
   * @throws Refusal INVALID
   * @throws CodedError UNAUTHENTICATED when the account is gone.
   */
  updateProfile(viewer: SignedIn, change: data.ProfileChange): Promise<UserRow>;
  /**
   * Changes the password and ends every other sign-in.
   *
   * @throws Refusal INVALID, WRONG_CREDENTIALS or TOO_MANY_ATTEMPTS
   * @throws CodedError UNAUTHENTICATED when the account is gone.
   */
  changePassword(viewer: SignedIn, input: { currentPassword: string; newPassword: string }): Promise<UserRow>;
  /**
   * Erases the account, its follows and its sign-ins, and has other services told.
   *
   * @throws Refusal WRONG_CREDENTIALS or TOO_MANY_ATTEMPTS
   * @throws CodedError UNAUTHENTICATED when the account is gone.
   */
  deleteAccount(viewer: SignedIn, password: string): Promise<void>;
}

export function createAccounts(deps: {
  database: Database;
  passwords: Passwords;
  attempts: Attempts;
  sessions: Sessions;
  now: () => Date;
  /** Called after an event was committed to the outbox. */
  eventCommitted: () => void;
}): Accounts {
  const { database, passwords, attempts, sessions, now, eventCommitted } = deps;

  /**
   * Passwords are checked outside of transactions, because that takes long. What was checked is named again when
   * something is done with it: it may have changed meanwhile.
   */
  async function checkedCredentials(id: string, password: string, field: string): Promise<data.Credentials> {
    const credentials = await data.credentialsById(database, id);
    if (credentials === null) throw accountGone();
    const attempt = await attempts.password(id, null);
    if (!(await passwords.verify(password, credentials.passwordHash))) throw wrongPassword(field);
    await attempt.succeeded();
    return credentials;
  }

  return {
    async signUp({ username, password, address, ...rest }) {
      const email = normalEmail(rest.email);
      const name = rest.name?.trim() ?? null;
      checkSignUp({ username, email, password, name });
      await attempts.signUp(email, address);
      const passwordHash = await passwords.hash(password);
      try {
        return await inTransaction(database, async (connection) => {
          const user = await data.insertAccount(connection, {
            username,
            email,
            name: name ?? username,
            passwordHash,
          });
          return { user, session: await sessions.open(connection, user.id) };
        });
      } catch (error) {
        throw takenBy(error) ?? error;
      }
    },

    async logIn({ login, password, address }) {
      const name = normalEmail(login);
      const attempt = await attempts.password(name, address);
      const credentials = hasLength(name, 1, 254) ? await data.credentialsByLogin(database, name) : null;
      const right = await passwords.verify(password, credentials?.passwordHash ?? null);
      if (credentials === null || !right) throw wrongLogIn();
      await attempt.succeeded();
      return inTransaction(database, async (connection) => {
        const user = await data.holdCredentials(connection, credentials);
        if (user === null) throw wrongLogIn();
        return { user, session: await sessions.open(connection, user.id) };
      });
    },

    async updateProfile(viewer, { name, ...rest }) {
      const change = { ...rest, ...(name === undefined ? {} : { name: name.trim() }) };
      checkProfile(change);
      const user = await database.writeRetries.run(() => data.updateProfile(database, viewer.id, change));
      if (user === null) throw accountGone();
      return user;
    },

    async changePassword(viewer, { currentPassword, newPassword }) {
      checkNewPassword(newPassword);
      const credentials = await checkedCredentials(viewer.id, currentPassword, 'currentPassword');
      const passwordHash = await passwords.hash(newPassword);
      return inTransaction(database, async (connection) => {
        const user = await data.replacePasswordHash(connection, credentials, passwordHash);
        if (user === null) throw wrongPassword('currentPassword');
        await revokeOtherSessions(connection, viewer.id, viewer.sessionId, now());
        return user;
      });
    },

    async deleteAccount(viewer, password) {
      const credentials = await checkedCredentials(viewer.id, password, 'password');
      await inTransaction(database, async (connection) => {
        if (!(await data.eraseAccount(connection, credentials, now()))) throw wrongPassword('password');
        await deleteFollowsOf(connection, viewer.id);
        await deleteSessionsOf(connection, viewer.id);
        await insertEvent(connection, { type: 'account.deleted', payload: { accountId: viewer.id } });
      });
      eventCommitted();
    },
  };
}

function wrongLogIn(): Refusal {
  return refusal('WRONG_CREDENTIALS', 'The username or e-mail address, or the password, is not right.');
}

function wrongPassword(field: string): Refusal {
  return refusal('WRONG_CREDENTIALS', 'The password is not right.', field);
}

/** Which of a sign-up's values somebody has already, as the database found; null for every other error. */
function takenBy(error: unknown): Refusal | null {
  switch (violatedIndex(error)) {
    case data.usernameIndex:
      return refusal('TAKEN', 'Somebody has this username.', 'username');
    case data.emailIndex:
      return refusal('TAKEN', 'Somebody has this e-mail address.', 'email');
    default:
      return null;
  }
}
