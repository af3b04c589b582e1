import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createOperationCosts } from '../../../gateway/cost/operation-cost.ts';
import { createPreparedRequests } from '../../../gateway/response-cache/prepared-requests.ts';
import { answerOf, echoSchema } from './support/echo-schema.ts';
import { nearlyTheSame } from './support/near-misses.ts';
import { randomRequest } from './support/random-requests.ts';
import { sameInOtherWords, type WrittenRequest } from './support/rewritten-requests.ts';

const prepared = () =>
  createPreparedRequests({
    schema: echoSchema,
    costs: createOperationCosts(echoSchema, { weights: new Map(), listSizes: new Map() }),
    supergraphHash: 'supergraph',
    release: '',
    limits: { maxTokens: 10_000, maxDepth: 50, maxCost: Infinity, mode: 'enforce' },
    memoryBytes: 1_000_000,
  });

function questionOf(requests: ReturnType<typeof prepared>, request: WrittenRequest): string | undefined {
  const body = Buffer.from(JSON.stringify(request));
  const outcome = requests.prepare({ method: 'POST', body }, 'json');
  return outcome.kind === 'query' ? outcome.question : undefined;
}

const answer = (request: WrittenRequest) =>
  answerOf({ operationName: undefined, ...request, persistedHash: undefined });

test('requests with one key have one answer, byte for byte', () => {
  const requests = prepared();
  const seen = { cacheable: 0, equal: 0, different: 0 };
  fc.assert(
    fc.property(
      randomRequest.chain((request) =>
        fc.tuple(sameInOtherWords(request), fc.array(nearlyTheSame(request), { minLength: 4, maxLength: 4 })),
      ),
      ([same, near]) => {
        const alternatives = [same, ...near];
        const answers = new Map<string, ReturnType<typeof answer>>();
        for (const request of alternatives) {
          const question = questionOf(requests, request);
          if (question === undefined) continue;
          seen.cacheable += 1;
          const expected = answers.get(question);
          if (expected === undefined) {
            answers.set(question, answer(request));
            continue;
          }
          seen.equal += 1;
          assert.deepEqual(answer(request), expected);
        }
        if (answers.size > 1) seen.different += 1;
      },
    ),
    { numRuns: 3_000 },
  );
  // Or else the test proves nothing.
  assert.ok(seen.cacheable > 5_000 && seen.equal > 2_000 && seen.different > 1_000, JSON.stringify(seen));
});

test('one request, put in other words, has one key', () => {
  const requests = prepared();
  let cacheable = 0;
  fc.assert(
    fc.property(
      randomRequest.chain((request) => fc.tuple(sameInOtherWords(request), sameInOtherWords(request))),
      ([one, two]) => {
        const [first, second] = [questionOf(requests, one), questionOf(requests, two)];
        assert.equal(first, second);
        if (first === undefined) return;
        cacheable += 1;
        assert.deepEqual(answer(one), answer(two));
      },
    ),
    { numRuns: 1_000 },
  );
  assert.ok(cacheable > 300, String(cacheable));
});

test('what has no key is nothing that could be answered with data from the cache', () => {
  const requests = prepared();
  fc.assert(
    fc.property(
      randomRequest.chain((request) => sameInOtherWords(request)),
      (request) => {
        if (questionOf(requests, request) === undefined) assert.ok(answer(request).failed);
      },
    ),
    { numRuns: 500 },
  );
});
