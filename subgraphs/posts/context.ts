import type { RequestContext } from '../shared/request-context.ts';
import type { Database } from './data/database.ts';
import { createReads, type Reads } from './data/reads.ts';
import type { SharedReads } from './data/shared-reads.ts';

/** What a resolver works with. */
export interface Context extends RequestContext {
  /** For the functions of mutations; everything else reads through `reads`. */
  readonly database: Database;
  /** What the viewer may read, batched over the request. */
  readonly reads: Reads;
  /** Drops what was read so far. After a write it may no longer hold. */
  forgetReads(): void;
}

export function createContext(request: RequestContext, database: Database, shared: SharedReads): Context {
  const newReads = () => createReads(database, shared, request);
  const reads = newReads();
  return {
    ...request,
    database,
    reads,
    forgetReads() {
      // Replaced within: Apollo Server hands resolvers a copy of the context, which a new object wouldn't reach.
      Object.assign(reads, newReads());
    },
  };
}
