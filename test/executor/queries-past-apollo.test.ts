import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, mock, test } from 'node:test';
import { QueryPlanner } from '@apollo/query-planner';
import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { answerQuery } from '../../gateway/apollo/answer-query.ts';
import { createApolloServer } from '../../gateway/apollo/apollo-server.ts';
import { createKnownDocuments } from '../../gateway/apollo/known-documents.ts';
import { loadApolloGateway } from '../../gateway/apollo/load-apollo-gateway.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { createSupergraphCosts } from '../../gateway/cost/supergraph-costs.ts';
import { withCompiledExecutor } from '../../gateway/executor/with-compiled-executor.ts';
import type { Limits } from '../../gateway/limits/limits.ts';
import { createPersistedQueryStore } from '../../gateway/persisted-query-store.ts';
import { createAnswerRecord } from '../../gateway/response-cache/answer-record.ts';
import type { SubgraphAnswerError } from '../../gateway/subgraph-calls/subgraph-answer.ts';
import { SubgraphError } from '../../gateway/subgraph-calls/subgraph-error.ts';
import { inTwoSteps } from '../../gateway/supergraph/in-two-steps.ts';
import { executeThroughApollo } from '../../platform/apollo-http.ts';
import { Departure } from '../../platform/departure.ts';
import { createLogger } from '../../platform/logging.ts';
import { beginTrace } from '../../platform/trace-context.ts';
import { captureLog } from '../gateway/support/captured-log.ts';
import { randomRuns } from './support/compare.ts';
import { createDerivedSubgraph, fairWeather, type Weather } from './support/derived-subgraph.ts';

/** A valid query is executed past Apollo Server, and answered as Apollo Server answers it. */

const runs = Number(process.env.EXECUTOR_RUNS ?? 400);
const subgraphs = ['users', 'posts'];
const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

let weather: Weather = fairWeather;
const logger = createLogger({ name: 'test', level: 'silent' });
const dataSources = new Map(
  await Promise.all(
    subgraphs.map(async (name) => {
      const answer = createDerivedSubgraph(name, await read(`subgraphs/${name}/schema.graphql`));
      const process = async ({ request, context }: { request: object; context: GatewayContext }) => {
        const { data, errors } = await answer(JSON.parse(JSON.stringify(request)), weather);
        context.cache.add(name, Date.now(), { 'cache-control': 'max-age=3600' }, undefined);
        const received = errors && (JSON.parse(JSON.stringify(errors)) as SubgraphAnswerError[]);
        return {
          data: data ?? null,
          ...(received === undefined ? {} : { errors: received.map((error) => new SubgraphError(error)) }),
        };
      };
      return [name, { process }] as const;
    }),
  ),
);
const dataSourceTo = ({ name }: { name: string }) => dataSources.get(name) as never;
const { ApolloGateway } = await loadApolloGateway();
const library = new ApolloGateway({
  supergraphSdl: await read('supergraph.graphql'),
  logger,
  buildService: dataSourceTo,
});
const gateway = {
  ...withCompiledExecutor(inTwoSteps(library), { library, dataSourceTo, exposeQueryPlans: false }),
  connect: async () => {},
};
let schema: GraphQLSchema | undefined;
gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
  schema = apiSchema;
});
const limits: Limits = {
  maxTokens: 100_000,
  maxDepth: 1_000,
  maxCost: Number.POSITIVE_INFINITY,
  mode: 'enforce',
};
const server = createApolloServer({
  gateway,
  logger,
  limits,
  knownDocuments: createKnownDocuments(limits, createSupergraphCosts(gateway)),
  persistedQueries: createPersistedQueryStore({ redis: undefined, logger, safelist: undefined }),
  explorable: false,
  exampleDocument: undefined,
});
await server.start();
after(() => server.stop());
assert(schema !== undefined);
const apiSchema = schema;

/** One answer, with all that is said of it elsewhere. */
async function observe(answer: (context: GatewayContext) => Promise<string | undefined>) {
  const log = captureLog();
  const context: GatewayContext = {
    requestId: 'a request',
    trace: beginTrace(),
    viewer: null,
    clientAddress: '127.0.0.1',
    deadline: Date.now() + 60_000,
    unwanted: new Departure(),
    method: 'POST',
    logger: log.logger,
    operation: { name: undefined, cost: undefined, type: 'none' },
    charge: async () => {},
    cache: createAnswerRecord(),
  };
  const body = await answer(context);
  const { policy } = context.cache;
  return {
    body: body && inOrder(body),
    operation: { ...context.operation, cost: undefined },
    policy: policy?.storable ? { ...policy, freshMs: 0, ageMs: 0 } : policy,
    lines: log.lines.map(({ level, msg }) => `${level} ${msg}`).sort(),
  };
}

/** Errors have the order in which subgraphs answered. */
function inOrder(body: string): string {
  const { errors, ...rest } = JSON.parse(body);
  const texts = errors?.map((error: object) => JSON.stringify(error)).sort();
  return `${JSON.stringify({ errors: texts, ...rest })}${body.slice(body.lastIndexOf('}') + 1)}`;
}

const throughApollo = (body: { query: string; variables?: object; operationName?: string }) =>
  observe(async (context) => {
    const request = { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json' } };
    const answer = await executeThroughApollo({ server, request, body, context: async () => context });
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    return answer.body;
  });

const pastApollo = (text: string, variables: Record<string, unknown>, operationName?: string) =>
  observe(async (context) => {
    const query = gateway.queryOf(apiSchema, text);
    assert(query !== undefined, `no query: ${text}`);
    const asked = { schema: apiSchema, text, operationName, variables, form: 'json', cost: 1 } as const;
    return answerQuery(query, asked, context);
  });

test(`${runs} queries get the same past Apollo Server: answers, errors, log lines, and whether they may be kept`, async () => {
  const met = { executed: 0, errors: 0, masked: 0, completions: 0, storable: 0 };
  await fc.assert(
    fc.asyncProperty(randomRuns({ schema: apiSchema }, subgraphs), async (run) => {
      const { text, variables } = run.operation;
      if (text.startsWith('mutation')) return;
      weather = run.weather;
      const expected = await throughApollo({ query: text, variables });
      // Beyond a limit, of aliases mostly: nobody asks for it past Apollo Server.
      if (expected.operation.type === 'none') return;
      met.executed += 1;
      const got = await pastApollo(text, variables, 'Test');
      assert.deepEqual(got, expected, text);
      if (expected.body?.includes('{"errors":')) met.errors += 1;
      if (expected.lines.some((line) => line.includes('masked'))) met.masked += 1;
      if (expected.lines.some((line) => line.includes('null'))) met.completions += 1;
      if (expected.policy?.storable) met.storable += 1;
    }),
    { numRuns: runs },
  );
  // Runs that meet nothing compare nothing.
  for (const [what, times] of Object.entries(met)) assert(times > runs / 100, `${what}: ${times} times`);
});

const nameOf = 'query Name($id: ID!, $with: Boolean = true) { user(id: $id) { name @include(if: $with) } }';

test('what is asked with variables that do not fit is left to Apollo Server', async () => {
  weather = fairWeather;
  for (const variables of [{}, { id: null }, { id: {} }, { id: 'a', with: null }]) {
    const { body, policy } = await pastApollo(nameOf, variables, 'Name');
    assert.equal(body, undefined);
    assert.equal(policy, undefined);
  }
  const { body, operation } = await pastApollo(nameOf, { id: 'a' }, 'Name');
  assert(body?.startsWith('{"data":{"user":'));
  assert.deepEqual(operation, { name: 'Name', type: 'query', cost: undefined });
});

test('mutations, documents with several operations, and what has no plan are left to Apollo Server', () => {
  for (const text of [
    'mutation { logOut { __typename } }',
    'query A { user(id: "a") { name } } query B { user(id: "a") { id } }',
    'query A { user(id: "a") { name } } mutation B { logOut { __typename } }',
  ])
    assert.equal(gateway.queryOf(apiSchema, text), undefined, text);
  const planning = mock.method(QueryPlanner.prototype, 'buildQueryPlan', () => {
    throw new Error('no plan');
  });
  const text = '{ user(id: "a") { name } }';
  assert.equal(gateway.queryOf(apiSchema, text), undefined);
  planning.mock.restore();
  assert.notEqual(gateway.queryOf(apiSchema, text), undefined);
});

test('a query is planned once, whoever executes it', async () => {
  const planning = mock.method(QueryPlanner.prototype, 'buildQueryPlan');
  const text = 'query ($id: ID!) { user(id: $id) { id name } }';
  await pastApollo(text, { id: 'a' });
  await throughApollo({ query: text, variables: {} });
  await throughApollo({ query: text, variables: { id: 'b' } });
  assert.equal(planning.mock.callCount(), 1);
  planning.mock.restore();
});
