import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCacheControl, requestDirectives } from '../../../gateway/response-cache/cache-control.ts';
import {
  type CachePolicy,
  createPolicyCollector,
  type FinishedAnswer,
} from '../../../gateway/response-cache/policy-collector.ts';
import type { SubgraphPart } from '../../../gateway/response-cache/subgraph-policy.ts';
import { ownedTag } from '../../../gateway/response-cache/subgraph-tags.ts';

const answered: FinishedAnswer = {
  operationType: 'query',
  status: 200,
  result: { data: { shop: null } },
  signedIn: true,
};

const part = (given: Partial<SubgraphPart> = {}): SubgraphPart => ({
  subgraph: 'shop',
  askedAt: 0,
  cacheControl: 'max-age=60, public',
  age: undefined,
  vary: undefined,
  extensions: { apolloCacheTags: [] },
  ...given,
});

function policyOf(
  parts: readonly Partial<SubgraphPart>[],
  options: { answer?: Partial<FinishedAnswer>; now?: number } = {},
): CachePolicy {
  const collector = createPolicyCollector();
  for (const given of parts) collector.add(part(given));
  return collector.finish({ ...answered, ...options.answer }, options.now ?? 0);
}

function storable(policy: CachePolicy) {
  assert.ok(policy.storable, JSON.stringify(policy));
  return policy;
}

const reasonOf = (policy: CachePolicy) => (policy.storable ? 'storable' : policy.reason);

test('the strictest of all parts counts', () => {
  const policy = policyOf([
    {
      cacheControl: 'public, max-age=60, stale-while-revalidate=30, stale-if-error=9',
      extensions: { apolloCacheTags: ['shop/Product.all'] },
    },
    {
      subgraph: 'stock',
      cacheControl: 'public, max-age=90, stale-while-revalidate=10, stale-if-error=99',
      extensions: undefined,
    },
    {
      extensions: { apolloEntityCacheTags: [['shop/Product:1'], ['shop/Product:2', 'shop/Product.all']] },
      cacheControl: 'public, max-age=70, stale-while-revalidate=20, stale-if-error=20',
    },
  ]);
  assert.deepEqual(policy, {
    storable: true,
    scope: 'public',
    freshMs: 60_000,
    staleWhileRevalidateMs: 10_000,
    staleIfErrorMs: 9_000,
    ageMs: 0,
    tags: ['shop/Product.all', 'shop/Product:1', 'shop/Product:2'],
    subgraphs: ['shop', 'stock'],
    timeOnly: ['stock'],
  } satisfies CachePolicy);
});

test('an answer ages from the moment its oldest part was asked for', () => {
  const policy = storable(
    policyOf(
      [
        { askedAt: 1_000, age: '20' },
        { askedAt: 3_000, cacheControl: 'public, max-age=50' },
      ],
      { now: 4_000 },
    ),
  );
  assert.equal(policy.freshMs, 37_000);
  assert.equal(policy.ageMs, 23_000);
  assert.equal(reasonOf(policyOf([{ age: '60' }])), 'max-age');
  assert.equal(reasonOf(policyOf([{}], { now: 60_000 })), 'max-age');
});

test('s-maxage counts for what is shared, max-age for what is private', () => {
  assert.equal(storable(policyOf([{ cacheControl: 's-maxage=5, max-age=60' }])).freshMs, 5_000);
  const personal = storable(policyOf([{ cacheControl: 'private, s-maxage=5, max-age=60' }]));
  assert.deepEqual([personal.freshMs, personal.scope], [60_000, 'viewer']);
});

test('one private part makes the answer private', () => {
  const parts = [{}, { cacheControl: 'max-age=60, private' }];
  assert.equal(storable(policyOf(parts)).scope, 'viewer');
  assert.equal(storable(policyOf(parts, { answer: { signedIn: false } })).scope, 'anonymous');
  assert.equal(
    storable(policyOf([{ cacheControl: 'max-age=60, public, private="set-cookie"' }])).scope,
    'viewer',
  );
});

test('an answer is public only if the subgraph says so', () => {
  assert.equal(storable(policyOf([{ cacheControl: 'max-age=60' }])).scope, 'viewer');
  assert.equal(storable(policyOf([{ cacheControl: 's-maxage=60' }])).scope, 'public');
});

test('stale answers are served only where nothing forbids it', () => {
  for (const forbidding of ['must-revalidate', 'proxy-revalidate']) {
    const policy = storable(
      policyOf([
        { cacheControl: `public, max-age=1, stale-while-revalidate=9, stale-if-error=9, ${forbidding}` },
      ]),
    );
    assert.deepEqual([policy.staleWhileRevalidateMs, policy.staleIfErrorMs], [0, 0]);
  }
  assert.equal(
    storable(policyOf([{ cacheControl: 'public, max-age=1, stale-if-error=x' }])).staleIfErrorMs,
    0,
  );
  assert.equal(
    storable(policyOf([{ cacheControl: 'public, max-age=1, stale-if-error=9' }, {}])).staleIfErrorMs,
    0,
  );
});

test('parts whose policy is missing or can not be read keep the answer from being stored', () => {
  const faults: [Partial<SubgraphPart>, string][] = [
    [{ cacheControl: undefined }, 'no-policy'],
    [{ cacheControl: '' }, 'no-policy'],
    [{ cacheControl: 'public' }, 'no-policy'],
    [{ cacheControl: 'private, s-maxage=60' }, 'no-policy'],
    [{ cacheControl: 'max-age=60, no-store' }, 'no-store'],
    [{ cacheControl: 'max-age=60, NO-STORE=1' }, 'no-store'],
    [{ cacheControl: 'no-cache="x", max-age=60' }, 'no-cache'],
    [{ cacheControl: 'public, max-age=0' }, 'max-age'],
    [{ cacheControl: 'public, max-age=60s' }, 'malformed-policy'],
    [{ cacheControl: 'public, max-age=-1' }, 'malformed-policy'],
    [{ cacheControl: 'public, max-age=60, max-age=70' }, 'malformed-policy'],
    [{ cacheControl: 'public; max-age=60' }, 'malformed-policy'],
    [{ cacheControl: 'public, max-age="60' }, 'malformed-policy'],
    [{ age: 'x' }, 'malformed-policy'],
    [{ vary: '*' }, 'vary'],
    [{ vary: 'Accept-Encoding, X-Tenant' }, 'vary'],
    [{ extensions: { apolloCacheTags: 'shop/Product:1' } }, 'malformed-tags'],
    [{ extensions: { apolloCacheTags: [1] } }, 'malformed-tags'],
    [{ extensions: { apolloCacheTags: [['shop/Product:1']] } }, 'malformed-tags'],
    [{ extensions: { apolloEntityCacheTags: ['shop/Product:1'] } }, 'malformed-tags'],
    [{ extensions: { apolloEntityCacheTags: { 0: [] } } }, 'malformed-tags'],
    [{ extensions: { apolloCacheTags: null } }, 'malformed-tags'],
  ];
  for (const [given, reason] of faults) {
    const policy = policyOf([{}, given, {}]);
    assert.deepEqual(policy, { storable: false, reason }, JSON.stringify(given));
  }
  assert.ok(storable(policyOf([{ vary: 'Accept, Accept-Encoding, Origin' }])));
});

test('answers that are not whole are not stored, whatever their parts say', () => {
  const faults: [Partial<FinishedAnswer>, string][] = [
    [{ operationType: 'mutation' }, 'mutation'],
    [{ operationType: 'subscription' }, 'subscription'],
    [{ result: { data: { a: 1 }, errors: [{}] } }, 'errors'],
    [{ result: { data: null } }, 'no-data'],
    [{ result: {} }, 'no-data'],
    [{ result: { data: {}, extensions: { valueCompletion: [] } } }, 'value-completion'],
    [{ result: { data: {}, extensions: { cost: 1 } } }, 'extensions'],
    [{ status: 500 }, 'status'],
  ];
  for (const [answer, reason] of faults) assert.equal(reasonOf(policyOf([{}], { answer })), reason);
  assert.ok(storable(policyOf([{}], { answer: { result: { data: {}, errors: [], extensions: {} } } })));
  assert.equal(reasonOf(policyOf([])), 'no-subgraph');
});

test('an error is the reason, not what it does to the policy', () => {
  const policy = policyOf([{ cacheControl: undefined }], { answer: { result: { data: {}, errors: [{}] } } });
  assert.deepEqual(policy, { storable: false, reason: 'errors' });
});

test('whoever calls a subgraph can refuse, and the first reason counts', () => {
  const collector = createPolicyCollector();
  collector.add(part());
  collector.refuse('forwarded-header');
  collector.refuse('client');
  assert.deepEqual(collector.finish(answered, 0), { storable: false, reason: 'forwarded-header' });
});

test('a subgraph without tags is removed by time only, one with an empty list has said what it read', () => {
  assert.deepEqual(storable(policyOf([{ extensions: undefined }])).timeOnly, ['shop']);
  assert.deepEqual(storable(policyOf([{ extensions: { other: 1 } }])).timeOnly, ['shop']);
  assert.deepEqual(storable(policyOf([{ extensions: { apolloEntityCacheTags: [[]] } }])).timeOnly, []);
  assert.deepEqual(storable(policyOf([{}, { extensions: {} }])).timeOnly, ['shop'], 'for one of its parts');
});

test('tags of different subgraphs are kept apart', () => {
  assert.equal(ownedTag('shop', 'shop/Product:1'), 'shop/Product:1');
  assert.equal(ownedTag('shop', 'product-1'), 'shop/product-1');
  assert.equal(ownedTag('shop', 'shopping/1'), 'shop/shopping/1');
  assert.equal(ownedTag('shop', 'shop'), 'shop');
});

test('no set of parts is kept for longer, or for more people, than one of them allows', () => {
  const directives = fc.record({
    lifetime: fc.nat(100),
    age: fc.nat(100),
    isPrivate: fc.boolean(),
    forbidden: fc.constantFrom('', '', '', ', no-store', ', no-cache', ', what="?"'),
  });
  fc.assert(
    fc.property(fc.array(directives, { minLength: 1, maxLength: 5 }), fc.nat(50), (parts, now) => {
      const policy = policyOf(
        parts.map(({ lifetime, age, isPrivate, forbidden }) => ({
          cacheControl: `max-age=${lifetime}, ${isPrivate ? 'private' : 'public'}${forbidden}`,
          age: String(age),
        })),
        { now: now * 1_000 },
      );
      const left = Math.min(...parts.map(({ lifetime, age }) => lifetime - age)) - now;
      const allowed =
        left > 0 && parts.every(({ forbidden }) => forbidden === '' || forbidden.startsWith(', what'));
      assert.equal(policy.storable, allowed);
      if (!policy.storable) return;
      assert.equal(policy.freshMs, left * 1_000);
      assert.equal(
        policy.scope === 'public',
        parts.every(({ isPrivate }) => !isPrivate),
      );
    }),
  );
});

test('Cache-Control is read by its grammar', () => {
  const read = (header: string) => {
    const directives = parseCacheControl(header);
    return directives === undefined ? undefined : Object.fromEntries(directives);
  };
  assert.deepEqual(read('Max-Age=1 , ,No-Cache="a, \\"b\\"",x'), {
    'max-age': '1',
    'no-cache': 'a, "b"',
    x: '',
  });
  assert.deepEqual(read(',,'), {});
  assert.deepEqual(read('no-store, no-store'), { 'no-store': '' });
  for (const malformed of ['a b', 'a=', '=1', 'a="', 'a = 1', 'a, b=1, b=2', 'ä'])
    assert.equal(read(malformed), undefined, malformed);
});

test('hostile headers take no time', () => {
  const spaces = ' '.repeat(60_000);
  assert.equal(parseCacheControl(`a,${spaces}@`), undefined);
  assert.equal(parseCacheControl(`a${spaces}@`), undefined);
  assert.equal(parseCacheControl(`a="${'\\"'.repeat(30_000)}`), undefined);
});

test('clients may look past the cache, or keep out of it', () => {
  assert.deepEqual(requestDirectives(undefined), { noCache: false, noStore: false });
  assert.deepEqual(requestDirectives('no-cache'), { noCache: true, noStore: false });
  assert.deepEqual(requestDirectives('No-Store, max-age=0'), { noCache: false, noStore: true });
  assert.deepEqual(requestDirectives('max-age=0'), { noCache: false, noStore: false });
  assert.deepEqual(requestDirectives('no-cache; no-store'), { noCache: false, noStore: false });
});
