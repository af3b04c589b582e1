import { isUuid } from '../../platform/global-id.ts';
import { type RequestContext, requireViewerId } from '../shared/request-context.ts';
import type { Accounts } from './accounts.ts';
import type { Database } from './data/database.ts';
import type { Following } from './following.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Sessions } from './sessions.ts';
import type { SharedReads } from './shared-reads.ts';
import type { SignedIn } from './signed-in.ts';

/** What outlives a request: made once, shared by all of them. */
export interface Services {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly following: Following;
  readonly sharedReads: SharedReads;
}

/** What every resolver gets. */
export interface Context extends RequestContext, Services {
  readonly loaders: Loaders;
  /** Drops everything that was loaded, because a mutation has changed some of it. */
  forgetLoaded(): void;
}

/** @param database read by the loaders, and by nothing else: they note what an answer rests on. */
export function createContext(services: Services, database: Database, request: RequestContext): Context {
  const loaders = createLoaders(database, services.sharedReads, request);
  return {
    ...request,
    ...services,
    loaders,
    forgetLoaded() {
      // Replaced within the object: Apollo Server hands resolvers a copy of the context, which a new one wouldn't reach.
      Object.assign(loaders, createLoaders(database, services.sharedReads, request));
    },
  };
}

/** @throws CodedError UNAUTHENTICATED without a sign-in. */
export function requireSignedIn(context: RequestContext): SignedIn {
  const id = requireViewerId(context);
  const sessionId = context.viewer.readSession();
  return { id, sessionId: sessionId !== null && isUuid(sessionId) ? sessionId : null };
}
