import { createLogger } from '../../platform/logging.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { createRequestContext, type RequestContext } from '../../subgraphs/shared/request-context.ts';
import type { AskedFields } from '../../subgraphs/shared/row-columns.ts';

/** What a call of the gateway makes of a request that nobody gives up, for tests that execute operations themselves. */
export function testRequest(viewer: Viewer | null, asked?: AskedFields, wantsTags = true): RequestContext {
  return createRequestContext({
    viewer,
    asked,
    wantsTags,
    clientAddress: null,
    isFirstAnywhere: async () => true,
    requestId: 'test',
    logger: () => createLogger({ name: 'test', level: 'silent' }),
    signal: new AbortController().signal,
  });
}
