import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { type Shop, startShop } from './support/shop.ts';

/**
 * The audits that Apollo Server answers otherwise than the draft recommends; all three are about how much of a SHOULD
 * it follows.
 */
const recommendationsNotFollowed = new Set(['572B', 'FDE2', '7B9B']);

let shop: Shop;
before(async () => {
  shop = await startShop();
});
after(() => shop[Symbol.asyncDispose]());

// The audits only name themselves once they know an address; a later one is put in when they run.
const audits = serverAudits({
  url: () => shop.gateway.url,
  fetchFn: (url: string, init: RequestInit = {}) =>
    // The audits know of no CSRF prevention.
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'apollo-require-preflight': '1' },
    }),
});

test('there are as many audits as we account for', () => {
  assert.equal(audits.length, 61);
  for (const id of recommendationsNotFollowed) assert(audits.some((audit) => audit.id === id));
});

for (const audit of audits)
  test(`audit ${audit.id}: ${audit.name}`, async () => {
    const result = await audit.fn();
    const expected = recommendationsNotFollowed.has(audit.id) ? 'warn' : 'ok';
    assert.equal(result.status, expected, result.status === 'ok' ? '' : result.reason);
  });
