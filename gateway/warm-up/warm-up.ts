import { setImmediate } from 'node:timers/promises';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Logger } from '../../platform/logging.ts';
import type { ListedOperation } from '../operation-manifest.ts';

/** As long as a start, or a new supergraph, may be kept waiting; at some 5 ms for an operation, thousands. */
const defaultMostMs = 10_000;

export interface WarmUpDeps {
  /** What is done for the first request that brings a document; throws where that would be refused. */
  readonly learn: (document: string, schema: GraphQLSchema) => DocumentNode;
  readonly plan: (text: string, document: DocumentNode, schema: GraphQLSchema) => void;
  /** The same, for what recognises it before Apollo Server sees it. */
  readonly prepare: (document: string, schema: GraphQLSchema) => void;
  /** Connects to subgraphs; never rejects. */
  readonly connect: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Gets operations ready before a supergraph is served: parses, validates, plans and compiles them, so that nobody's request
 * is the one that waits for it; and connects to the subgraphs. What is wrong with one of them is logged, and nothing more.
 *
 * @param operations asked for each supergraph
 * @param options.connects whether to connect also where no operation is listed
 * @param options.stopped no more are got ready once it is aborted
 */
export function createWarmUp(
  operations: () => readonly ListedOperation[],
  options: { connects: boolean; stopped: AbortSignal; mostMs?: number },
  { learn, plan, prepare, connect, logger }: WarmUpDeps,
): (supergraph: { apiSchema: GraphQLSchema }) => Promise<void> {
  const { connects, stopped, mostMs = defaultMostMs } = options;

  return async ({ apiSchema }) => {
    const unique = [...new Map(operations().map((operation) => [operation.body, operation])).values()];
    if (unique.length === 0) return connects ? connect() : undefined;
    const started = performance.now();
    const spent = () => Math.round(performance.now() - started);
    const connected = connect();
    let ready = 0;
    let tried = 0;
    for (const { id, name, body } of unique) {
      if (stopped.aborted || spent() >= mostMs) break;
      tried += 1;
      try {
        plan(body, learn(body, apiSchema), apiSchema);
        prepare(body, apiSchema);
        ready += 1;
      } catch (error) {
        logger.warn({ operation: name ?? id, err: error }, 'an operation cannot be warmed up');
      }
      // Of a new supergraph it is done while the one before is in service: requests go between.
      await setImmediate();
    }
    await connected;
    const left = unique.length - tried;
    if (left > 0) logger.warn({ left, ms: spent() }, 'no time to warm up all operations');
    logger.info({ operations: ready, ms: spent() }, 'warmed up');
  };
}
