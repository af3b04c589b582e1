import { createAnswerRecord } from '../../../gateway/response-cache/answer-record.ts';
import { createEnvelopeMetrics } from '../../../gateway/subgraph-calls/envelope-metrics.ts';
import { createPools } from '../../../gateway/subgraph-calls/pools.ts';
import { createSubgraphDataSource } from '../../../gateway/subgraph-calls/subgraph-data-source.ts';
import { createTrafficMetrics } from '../../../gateway/subgraph-calls/traffic-metrics.ts';
import { Departure } from '../../../platform/departure.ts';
import { createMetrics } from '../../../platform/metrics.ts';
import type { Secrets } from '../../../platform/signed-call.ts';
import type { TraceContext } from '../../../platform/trace-context.ts';
import type { Viewer } from '../../../platform/viewer.ts';
import { captureLog } from '../../gateway/support/captured-log.ts';
import { secret } from './items-subgraph.ts';

interface Asking {
  readonly viewer?: Viewer | null;
  /** How long whoever asks waits, in milliseconds. */
  readonly waits?: number;
  /** Of whoever asks. */
  readonly unwanted?: Departure;
  readonly trace?: TraceContext;
  readonly variables?: Record<string, unknown>;
}

/** What an executor gets for one operation, and what the response cache hears. */
interface Asked {
  readonly data?: unknown;
  readonly errors?: readonly { message: string; path?: unknown; code: unknown }[];
  /** Why there is nothing. */
  readonly failure?: string;
  readonly heard: readonly unknown[];
}

export interface TestDataSource extends AsyncDisposable {
  readonly ask: (query: string, asking?: Asking) => Promise<Asked>;
  readonly log: ReturnType<typeof captureLog>;
  /** A figure of /metrics; 0 if there is none. */
  readonly figure: (line: string) => Promise<number>;
}

/** The gateway's end of the calls to one subgraph. */
export function createTestDataSource(
  url: string,
  options: { envelopes: boolean; keepsAnswers?: boolean; secrets?: Secrets },
): TestDataSource {
  const metrics = createMetrics('test');
  const pools = createPools(metrics);
  const log = captureLog();
  const dataSource = createSubgraphDataSource(
    { name: 'items', address: new URL(url) },
    {
      pools,
      secrets: options.secrets ?? [secret],
      durations: metrics.fastDurations('calls', 'Calls', ['subgraph', 'outcome']),
      traffic: createTrafficMetrics(metrics),
      envelopes: options.envelopes ? createEnvelopeMetrics(metrics) : undefined,
      keepsAnswers: options.keepsAnswers ?? true,
      logger: log.logger,
    },
  );

  return {
    log,
    async ask(query, { viewer = null, waits = 20_000, unwanted = new Departure(), trace, variables } = {}) {
      const heard: unknown[] = [];
      const cache = createAnswerRecord();
      const context = {
        requestId: 'a-request',
        trace,
        viewer,
        deadline: Date.now() + waits,
        unwanted,
        method: 'POST',
        logger: log.logger,
        operation: { name: undefined, type: 'query' as const },
        cache: {
          ...cache,
          add(subgraph: string, askedAt: number, headers: Record<string, unknown>, extensions: unknown) {
            const { 'cache-control': cacheControl, age, vary } = headers;
            heard.push({
              subgraph,
              isRecent: Date.now() - askedAt < waits,
              cacheControl,
              age,
              vary,
              extensions,
            });
          },
        },
      };
      try {
        const answer = await dataSource.process({
          request: { query, ...(variables === undefined ? {} : { variables }) },
          context,
        } as unknown as Parameters<typeof dataSource.process>[0]); // All that it looks at.
        const errors = answer.errors?.map(({ message, path, extensions }) => ({
          message,
          path,
          code: extensions?.code,
        }));
        return { data: answer.data, ...(errors === undefined ? {} : { errors }), heard };
      } catch (error) {
        return { failure: String(error), heard };
      }
    },
    async figure(line) {
      const text = await metrics.registry.metrics();
      const plain = text.replaceAll(/service="test",|,service="test"/g, '');
      return Number(
        plain
          .split('\n')
          .find((candidate) => candidate.startsWith(`${line} `))
          ?.split(' ')
          .at(-1) ?? 0,
      );
    },
    [Symbol.asyncDispose]: () => pools.close(),
  };
}
