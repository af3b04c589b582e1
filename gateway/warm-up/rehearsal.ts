import { fileURLToPath } from 'node:url';
import { type DocumentNode, type GraphQLSchema, getOperationAST } from 'graphql';
import type { Logger } from '../../platform/logging.ts';
import { createOwnMetrics } from '../../platform/metrics.ts';
import { beginTrace } from '../../platform/trace-context.ts';
import { answerKnownQuery } from '../apollo/answer-known-query.ts';
import { createKnownDocuments } from '../apollo/known-documents.ts';
import { type GatewayContext, warmUpRequestId } from '../context.ts';
import { createSupergraphCosts } from '../cost/supergraph-costs.ts';
import type { RequestContext } from '../executor/compiled-executor.ts';
import type { Limits } from '../limits/limits.ts';
import { createAnswerRecord } from '../response-cache/answer-record.ts';
import { createEnvelopeMetrics } from '../subgraph-calls/envelope-metrics.ts';
import { createPools } from '../subgraph-calls/pools.ts';
import { createTrafficMetrics } from '../subgraph-calls/traffic-metrics.ts';
import { createFederatedGateway } from '../supergraph/federated-gateway.ts';
import { practiceQuery, startPracticeSubgraph } from './practice-subgraph.ts';

const supergraphFile = fileURLToPath(new URL('practice.graphql', import.meta.url));
const limits: Limits = {
  maxTokens: 1_000,
  maxDepth: 100,
  maxCost: Number.POSITIVE_INFINITY,
  mode: 'enforce',
};
/** Each is parsed, planned and compiled: cold, that takes longest of all. */
const documents = 5;
const requestsForEach = 6;
/** So long another request is begun, in milliseconds, and so long each may take. */
const mostMs = 1_000;

/**
 * Plans and executes operations of a supergraph that is made up, with a subgraph of its own, over the network as always: code that
 * runs for the first time takes many times as long as later, and most of it is the same for every supergraph. Nobody is asked for
 * anything, and nothing of it is left in metrics, logs or memory. Never rejects: the gateway does without.
 */
export async function rehearse(options: { envelopes: boolean; logger: Logger }): Promise<void> {
  const { logger } = options;
  const started = performance.now();
  try {
    const requests = await rehearseUntil(started + mostMs, options);
    logger.debug({ requests, ms: Math.round(performance.now() - started) }, 'rehearsed');
  } catch (error) {
    logger.warn({ err: error }, 'cannot rehearse: the first requests will take longer');
  }
}

async function rehearseUntil(
  end: number,
  { envelopes, logger }: { envelopes: boolean; logger: Logger },
): Promise<number> {
  await using opening = new AsyncDisposableStack();
  const subgraph = opening.use(await startPracticeSubgraph());
  const metrics = createOwnMetrics('rehearsal');
  const pools = createPools(metrics);
  opening.defer(() => pools.close());
  const quiet = logger.child({}, { level: 'silent' });
  const gateway = await createFederatedGateway(
    {
      supergraphFile,
      subgraphUrls: new Map(['books', 'people'].map((name) => [name, subgraph.url])),
      exposeQueryPlans: false,
      executor: 'compiled',
    },
    {
      logger: quiet,
      pools,
      secrets: ['a secret that only this process has'],
      durations: metrics.fastDurations('calls_seconds', 'Calls.', ['subgraph', 'outcome']),
      traffic: createTrafficMetrics(metrics),
      envelopes: envelopes ? createEnvelopeMetrics(metrics) : undefined,
      keepsAnswers: true,
    },
  );
  const known = createKnownDocuments(limits, createSupergraphCosts(gateway));
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
  });
  const { executor } = await gateway.load({ apollo: {} });
  opening.defer(() => gateway.stop());
  if (schema === undefined || executor === null) throw new Error('the practice supergraph was not loaded');

  let requests = 0;
  for (let document = 0; document < documents && performance.now() < end; document += 1) {
    // As many operations as documents: what is known of one is not asked of the planner again.
    const text = practiceQuery.replace('title', `title${document}: title`);
    const parsed = known.learn(text, schema);
    gateway.plan?.(parsed, schema);
    const { errors } = await executor(firstRequest(text, parsed, schema, contextOf(quiet)));
    if (errors !== undefined) throw new Error('practice went wrong', { cause: errors[0] });
    const query = gateway.knownQuery(schema, text);
    for (let count = 1; count < requestsForEach && query !== undefined; count += 1) {
      if (performance.now() >= end) return requests;
      const variables = { name: `${document}-${count}` };
      const asked = { schema, text, operationName: 'Practice', variables, form: 'json', cost: 1 } as const;
      await answerKnownQuery(query, asked, contextOf(quiet));
      requests += 1;
    }
  }
  return requests;
}

function firstRequest(
  source: string,
  document: DocumentNode,
  schema: GraphQLSchema,
  context: GatewayContext,
): RequestContext {
  const operation = getOperationAST(document);
  return { request: { variables: { name: 'first' } }, source, document, operation, schema, context } as never;
}

function contextOf(logger: Logger): GatewayContext {
  return {
    requestId: warmUpRequestId,
    trace: beginTrace(),
    viewer: null,
    clientAddress: '127.0.0.1',
    deadline: Date.now() + mostMs,
    unwanted: new AbortController().signal,
    method: 'POST',
    logger,
    operation: { name: undefined, cost: undefined, type: 'none' },
    charge: async () => undefined,
    cache: createAnswerRecord(),
  };
}
