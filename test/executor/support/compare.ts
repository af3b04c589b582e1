import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { type BothExecutors, documentOf, type ExecutorRun, type TestOperation } from './both-executors.ts';
import type { Weather } from './derived-subgraph.ts';
import { chooseFrom } from './hash.ts';
import { randomOperation } from './random-operation.ts';

/** Runs an operation through both executors and compares what a client would get. */
export async function assertSame(
  both: BothExecutors,
  operation: TestOperation,
  weather: Weather,
): Promise<ExecutorRun> {
  // It takes an interface's name for the type of an object, and then loses the object or what fragments ask of it.
  const stock = await both.stock(operation, { ...weather, namesInterfaces: false });
  const compiled = await both.compiled(operation, weather);
  const expected = readable(stock.result);
  const actual = readable(compiled.result);
  if (!sameErrors(expected.errors, actual.errors)) {
    // The stock executor counts representations where it should count objects: when some objects of a list have none,
    // its indices are off. Ours must be right by themselves: what failed is missing.
    assert.deepEqual(actual.errors.map(withoutIndices).sort(), expected.errors.map(withoutIndices).sort());
    for (const { path } of actual.errors) assertMissingAt(compiled.result.data, path ?? []);
  }
  assert.equal(actual.data, expected.data);
  // Where a null takes a whole object, what else is wrong in there is told up to the first null: theirs or ours.
  assert.equal(actual.completions.length > 0, expected.completions.length > 0);
  assertDistinct(compiled);
  return compiled;
}

/** One run of a property: an operation that is valid, and what goes wrong meanwhile. */
export interface RandomRun {
  readonly operation: TestOperation;
  readonly weather: Weather;
}

export function randomRuns(
  { schema }: Pick<BothExecutors, 'schema'>,
  subgraphs: readonly string[],
): fc.Arbitrary<RandomRun> {
  // From one number: a smaller operation isn't a simpler one, so nothing is gained by letting fast-check choose.
  const operations = fc.nat().map((seed) => validOperation(schema, seed));
  const rarely = (percent: number) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constant(percent));
  const weathers = fc.record({
    salt: fc.nat(),
    failing: rarely(8),
    empty: fc.constantFrom(0, 10),
    gone: rarely(25),
    unresolved: fc.constantFrom(0, 0, 40),
    nonsense: rarely(10),
    dead: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, fc.constantFrom(...subgraphs)),
    namesInterfaces: fc.constant(true),
  });
  return fc.record({ operation: operations, weather: weathers });
}

function validOperation(schema: GraphQLSchema, seed: number): TestOperation {
  for (let attempt = 0; ; attempt += 1) {
    const operation = randomOperation(schema, chooseFrom(seed, attempt));
    try {
      documentOf(operation, schema);
      return operation;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
    }
  }
}

interface ReadableError {
  readonly message: string;
  readonly path: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

interface Readable {
  /** As text: the order of keys counts. */
  readonly data: string;
  readonly errors: readonly ReadableError[];
  readonly completions: readonly string[];
}

/** The order of errors is the order in which subgraphs answered. */
function readable({ data, errors = [], extensions = {} }: ExecutionResult): Readable {
  const { valueCompletion = [] } = extensions as { valueCompletion?: GraphQLFormattedError[] };
  return {
    data: JSON.stringify(data),
    errors: toldOnce(
      errors.map(({ message, path, extensions }) => ({
        message,
        // The stock executor tells of a field that the client never asked for. Ours has no path for such an error.
        path: path?.at(-1) === '_entities' ? undefined : path,
        extensions,
      })),
    ),
    completions: valueCompletion.map(({ message, path }) => `${message} ${path?.join('.')}`).sort(),
  };
}

type ErrorList = Readable['errors'];

/** Where the stock executor makes several equal calls at once, ours makes one: as a whole it fails once. */
function toldOnce(errors: ErrorList): ErrorList {
  const told = new Map(errors.map((error) => [asText(error), error]));
  return errors.filter((error) => error.path !== undefined || told.get(asText(error)) === error);
}

function sameErrors(expected: ErrorList, actual: ErrorList): boolean {
  const sorted = (errors: ErrorList) => errors.map((error) => asText(error)).sort();
  return JSON.stringify(sorted(expected)) === JSON.stringify(sorted(actual));
}

function asText({ message, path, extensions }: ErrorList[number]): string {
  return JSON.stringify([message, path, extensions?.code, extensions?.serviceName]);
}

function withoutIndices(error: ErrorList[number]): string {
  return asText({ ...error, path: error.path?.map((step) => (typeof step === 'number' ? '@' : step)) });
}

/** Of an object that failed in one subgraph, others may know the rest, and what is missing may be skipped. */
function assertMissingAt(data: unknown, path: readonly (string | number)[]): void {
  let value = data;
  for (const step of path) {
    if (value === null || value === undefined) return;
    value = (value as Record<string | number, unknown>)[step];
  }
  const mayBe = value === null || value === undefined || typeof value === 'object';
  assert(mayBe, `an error at ${path.join('.')}, where a value is`);
}

function assertDistinct({ calls }: ExecutorRun): void {
  for (const { variables } of calls) {
    const { representations } = variables;
    if (!Array.isArray(representations)) continue;
    const texts = representations.map((representation) => JSON.stringify(representation));
    assert.equal(new Set(texts).size, texts.length, `sent more than once: ${texts.join(' ')}`);
  }
}
