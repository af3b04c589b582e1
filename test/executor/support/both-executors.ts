import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { pino } from 'pino';
import { loadApolloGateway } from '../../../gateway/apollo/load-apollo-gateway.ts';
import { createCompiledExecutor, type RequestContext } from '../../../gateway/executor/compiled-executor.ts';
import { createStockConditions } from '../../../gateway/executor/stock-conditions.ts';
import { type DerivedSubgraph, fairWeather, type SubgraphCall, type Weather } from './derived-subgraph.ts';

type Executor = (operation: TestOperation, weather: Weather) => Promise<ExecutorRun>;

export interface TestOperation {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

export interface ExecutorRun {
  /** As JSON would bring it to a client. */
  readonly result: ExecutionResult;
  readonly calls: readonly MadeCall[];
}

export interface MadeCall extends SubgraphCall {
  readonly subgraph: string;
  /** undefined: it could not be reached. */
  readonly answer: ExecutionResult | undefined;
}

export interface BothExecutors {
  readonly schema: GraphQLSchema;
  readonly stock: Executor;
  readonly compiled: Executor;
  stop(): Promise<void>;
}

/** The library's executor and ours over the same supergraph and the same subgraphs, in process. */
export async function startBothExecutors(
  sdl: string,
  subgraphs: Readonly<Record<string, DerivedSubgraph>>,
): Promise<BothExecutors> {
  const { ApolloGateway } = await loadApolloGateway();
  const executor = createCompiledExecutor({ exposeQueryPlans: false });
  const conditions = createStockConditions();
  const running: { weather: Weather; calls: MadeCall[] } = {
    weather: fairWeather,
    calls: [],
  };
  const send = async (name: string, call: SubgraphCall): Promise<Received> => {
    const subgraph = subgraphs[name];
    assert(subgraph !== undefined);
    const { calls } = running;
    const index = calls.push({ ...call, subgraph: name, answer: undefined }) - 1;
    const answer = await subgraph(call, running.weather);
    calls[index] = { ...call, subgraph: name, answer };
    const { data, errors } = answer;
    return { data: data ?? null, ...(errors === undefined ? {} : { errors: errors.map(asReceived) }) };
  };

  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    logger: silent,
    experimental_didResolveQueryPlan: conditions.onPlan,
    buildService: ({ name }) => ({
      process: ({ request }) =>
        send(
          name,
          JSON.parse(
            JSON.stringify({
              query: request.query,
              variables: request.variables,
              operationName: request.operationName,
            }),
          ),
        ),
    }),
  });
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
    const calls = new Map(
      Object.keys(subgraphs).map((name) => [
        name,
        (operation: { query: string; operationName: string | undefined; variables: object }) =>
          send(name, JSON.parse(JSON.stringify(operation))),
      ]),
    );
    const { queryPlanner } = gateway.__testing();
    assert(queryPlanner !== undefined);
    executor.use({ planner: queryPlanner, schema: apiSchema, calls });
  });
  const loaded = await gateway.load();
  assert(schema !== undefined);
  const usedSchema = schema;

  const stock = conditions.decideFor(loaded.executor);
  const runWith =
    (execute: (request: RequestContext) => Promise<ExecutionResult>): Executor =>
    async (operation, weather) => {
      running.weather = weather;
      running.calls = [];
      const result = await execute(requestOf(operation, usedSchema)).catch(thrown);
      return { result: JSON.parse(JSON.stringify(readable(result))), calls: running.calls };
    };
  return {
    schema,
    stock: runWith(stock),
    compiled: runWith((request) => executor.execute(request)),
    stop: () => gateway.stop(),
  };
}

const documents = new WeakMap<TestOperation, DocumentNode>();

/** The document of an operation, which is parsed and validated once. @throws GraphQLError when it isn't valid */
export function documentOf(operation: TestOperation, schema: GraphQLSchema): DocumentNode {
  const known = documents.get(operation);
  if (known !== undefined) return known;
  const document = parse(operation.text);
  const [fault] = validate(schema, document, undefined, { maxErrors: 1 });
  if (fault !== undefined) throw fault;
  documents.set(operation, document);
  return document;
}

const silent = pino({ level: 'silent' });

function requestOf(testOperation: TestOperation, schema: GraphQLSchema): RequestContext {
  const { text, variables } = testOperation;
  const document = documentOf(testOperation, schema);
  const operation = getOperationAST(document);
  assert(operation !== null && operation !== undefined);
  return {
    request: { query: text, variables },
    schema,
    document,
    operation,
    operationName: null,
    queryHash: hash('sha256', text),
    source: text,
    context: {},
    metrics: {},
    logger: silent,
  } as unknown as RequestContext; // What neither executor looks at is left out.
}

interface Received {
  readonly data: Record<string, unknown> | null;
  readonly errors?: Error[];
}

/** What a data source makes of an error that came as JSON. */
function asReceived({ message, path, extensions }: GraphQLError): Error {
  return Object.assign(new Error(message), {
    ...(path === undefined ? {} : { path }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}

/** Errors of data sources are no GraphQL errors, and would say nothing in JSON. */
function readable({ errors, ...rest }: ExecutionResult): object {
  if (errors === undefined) return rest;
  return {
    ...rest,
    errors: errors.map(({ message, path, extensions }) => ({ message, path, extensions })),
  };
}

function thrown(error: unknown): ExecutionResult {
  return { errors: [new GraphQLError(error instanceof Error ? error.message : String(error))] };
}
