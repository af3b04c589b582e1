import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { QueryPlanner } from '@apollo/query-planner';
import { supergraphOf } from '../gateway/support/start-test-gateway.ts';
import { type BothExecutors, startBothExecutors } from './support/both-executors.ts';
import { createDerivedSubgraph, fairWeather, type Weather } from './support/derived-subgraph.ts';
import { smallSupergraphs } from './support/small-supergraphs.ts';

/** @skip and @include are decided before an operation is planned, for both executors. */

async function startSmall(difficulty: string): Promise<BothExecutors & AsyncDisposable> {
  const subgraphs = Object.entries(smallSupergraphs[difficulty] ?? {});
  const sdl = supergraphOf(subgraphs.map(([name, sdl]) => ({ name, sdl, url: `http://${name}.test` })));
  const derived = subgraphs.map(([name, sdl]) => [name, createDerivedSubgraph(name, sdl)]);
  const both = await startBothExecutors(sdl, Object.fromEntries(derived));
  return { ...both, [Symbol.asyncDispose]: () => both.stop() };
}

/** What both executors answer, and how often the compiled one asked a subgraph. */
async function answer(
  both: BothExecutors,
  text: string,
  variables: Record<string, unknown> = {},
  weather: Weather = fairWeather,
) {
  const stock = await both.stock({ text, variables }, weather);
  const { result, calls } = await both.compiled({ text, variables }, weather);
  assert.deepEqual(stock.result, result, text);
  return { ...result, calls: calls.length };
}

test('objects of which nothing is left are there, also those whose type another subgraph knows', async () => {
  await using both = await startSmall('@interfaceObject');
  const whole = await answer(both, '{ active { visits friends { id } last { by { id } } } }');
  const emptied = JSON.parse(JSON.stringify(whole.data), (_key, value) =>
    value !== null && typeof value === 'object' && 'id' in value ? {} : value,
  );
  const text = `query ($a: Boolean!) {
    active { visits friends { id @skip(if: $a) } last { by { ...F @skip(if: $a) } } }
  }
  fragment F on Account { id }`;
  assert.deepEqual((await answer(both, text, { a: true })).data, emptied);
  assert.deepEqual((await answer(both, text, { a: false })).data, whole.data);
  // That the other subgraph knows nothing of them takes nothing away either.
  const gone = await answer(both, text, { a: true }, { ...fairWeather, gone: 100 });
  assert.deepEqual(gone.data, emptied);
  const only = await answer(
    both,
    '{ active { id @skip(if: true) } account { ... on Admin { rights @skip(if: true) } } }',
  );
  const count = Object.keys(whole.data?.active ?? {}).length;
  assert.deepEqual(only.data, { active: Array.from({ length: count }, () => ({})), account: {} });
});

test('nobody is asked when nothing of an operation is left', async () => {
  await using both = await startSmall('mutations over several subgraphs');
  for (const text of [
    '{ cart @skip(if: true) { id } ... @include(if: false) { payments { amount } } }',
    'mutation ($a: Boolean = true) { emptyCart @skip(if: $a) { id } }',
  ])
    assert.deepEqual(await answer(both, text), { data: {}, calls: 0 });
});

test('a mutation that is skipped is not executed, and the others are, in order', async () => {
  await using both = await startSmall('mutations over several subgraphs');
  const text =
    'mutation ($a: Boolean!) { emptyCart { id } pay(amount: 1) @skip(if: $a) { amount } refund { cart { paid @skip(if: $a) } } }';
  const { data } = await answer(both, text, { a: true });
  assert.deepEqual(Object.keys(data ?? {}), ['emptyCart', 'refund']);
  assert.deepEqual(data?.refund, { cart: {} });
});

test('keys keep the order of the document, whatever is left out', async () => {
  await using both = await startSmall('lists of lists');
  const text = `query ($a: Boolean!, $b: Boolean!) {
    board { ... @include(if: $a) { theme } id ...F @skip(if: $b) numbers }
  }
  fragment F on Board { again: id theme }`;
  const keysOf = async (a: boolean, b: boolean) =>
    Object.keys((await answer(both, text, { a, b })).data?.board ?? {}).join(' ');
  assert.equal(await keysOf(true, true), 'theme id numbers');
  assert.equal(await keysOf(true, false), 'theme id again numbers');
  assert.equal(await keysOf(false, false), 'id again theme numbers');
  assert.equal(await keysOf(false, true), 'id numbers');
});

test('conditions in introspection are decided, too', async () => {
  await using both = await startSmall('lists of lists');
  const text = `query ($a: Boolean!) {
    __type(name: "Cell") { name @skip(if: $a) ...F }
    other: __type(name: "Board") { kind @skip(if: $a) }
    __schema @skip(if: $a) { queryType { name } }
  }
  fragment F on __Type { kind @include(if: $a) }`;
  assert.deepEqual(await answer(both, text, { a: true }), {
    data: { __type: { kind: 'OBJECT' }, other: {} },
    calls: 0,
  });
  assert.deepEqual((await answer(both, text, { a: false })).data, {
    __type: { name: 'Cell' },
    other: { kind: 'OBJECT' },
    __schema: { queryType: { name: 'Query' } },
  });
});

test('an operation is planned once for each combination that is met, and one without conditions once', async () => {
  await using both = await startSmall('lists of lists');
  const planning = mock.method(QueryPlanner.prototype, 'buildQueryPlan');
  const plansOf = async (text: string, variables: Record<string, unknown>[]) => {
    planning.mock.resetCalls();
    const operation = { text, variables: {} };
    for (const values of variables)
      await both.compiled(Object.assign(operation, { variables: values }), fairWeather);
    return planning.mock.callCount();
  };
  const many =
    'query ($a: Boolean!, $b: Boolean!, $c: Boolean!) { board { id @skip(if: $a) theme @skip(if: $b) } boards { id @include(if: $c) } }';
  const [yes, no] = [true, false];
  assert.equal(
    await plansOf(many, [
      { a: yes, b: yes, c: no },
      { a: no, b: yes, c: no },
      { a: yes, b: yes, c: no },
      { a: no, b: yes, c: no },
    ]),
    2,
  );
  assert.equal(await plansOf('{ board { id theme @skip(if: true) } }', [{}, {}]), 1);
  assert.equal(await plansOf('{ board { id } }', [{}, {}]), 1);
  planning.mock.restore();
});
