import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createViewerVerifier } from '../../gateway/viewer/bearer-token.ts';
import { until } from '../support/poll.ts';
import { type Issuer, startIssuer } from './support/issuer.ts';

/** The keys of the issuer: found when they are new, forgotten when they are withdrawn, asked for no more than needed. */

function verifierOf({ env }: Issuer) {
  const verify = createViewerVerifier({
    jwksUrl: env.JWKS_URL ?? '',
    issuer: env.JWT_ISSUER ?? '',
    audience: env.JWT_AUDIENCE ?? '',
  });
  return async (token: Promise<string>) => (await verify(`Bearer ${await token}`))?.subject;
}

const minute = 60_000;

test('made-up key ids have the keys fetched once in five seconds at most', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  await using issuer = await startIssuer();
  const subjectOf = verifierOf(issuer);
  assert.equal(await subjectOf(issuer.token()), 'ada');
  for (let round = 1; round <= 3; round += 1) {
    for (let count = 0; count < 200; count += 1)
      await assert.rejects(subjectOf(issuer.token({}, { kid: `made-up-${round}-${count}` })), {
        code: 'UNAUTHENTICATED',
      });
    assert.equal(issuer.asked(), round);
    t.mock.timers.tick(5_000);
  }
  // Many at the same moment share one.
  const crowd = Array.from({ length: 200 }, (_, count) =>
    subjectOf(issuer.token({}, { kid: `crowd-${count}` })),
  );
  assert((await Promise.allSettled(crowd)).every(({ status }) => status === 'rejected'));
  assert(issuer.asked() <= 5, `${issuer.asked()}`);
});

test('a key is rotated without a refused valid token, and a withdrawn one ends', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  await using issuer = await startIssuer();
  const subjectOf = verifierOf(issuer);
  const old = () => issuer.token();
  const renewed = () => issuer.token({}, { kid: 'key-2' });
  assert.equal(await subjectOf(old()), 'ada');

  // Published, and signing five seconds later: whether or not somebody has had the keys fetched in between.
  await issuer.addKey('key-2');
  issuer.publish(['key-1', 'key-2']);
  await assert.rejects(subjectOf(issuer.token({}, { kid: 'made-up' })), { code: 'UNAUTHENTICATED' });
  t.mock.timers.tick(5_000);
  assert.equal(await subjectOf(renewed()), 'ada');
  assert.equal(await subjectOf(old()), 'ada');

  // Withdrawn: noticed when the keys are fetched anew.
  issuer.publish(['key-2']);
  t.mock.timers.tick(5 * minute);
  assert.equal(await subjectOf(renewed()), 'ada');
  await until('the keys to be fetched', async () => {
    try {
      await subjectOf(issuer.token({ sid: `${Math.random()}` }));
      return undefined;
    } catch {
      return true;
    }
  });
  await assert.rejects(subjectOf(old()), { code: 'UNAUTHENTICATED' });
  assert.equal(await subjectOf(renewed()), 'ada');
});

test('while the issuer is away its known keys go on for an hour, and nobody waits for it', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  await using issuer = await startIssuer();
  const subjectOf = verifierOf(issuer);
  const fresh = () => issuer.token({ sid: `${Math.random()}` });
  assert.equal(await subjectOf(fresh()), 'ada');
  issuer.publish(undefined);
  for (const passed of [6 * minute, 20 * minute, 30 * minute]) {
    t.mock.timers.tick(passed);
    assert.equal(await subjectOf(fresh()), 'ada');
  }
  t.mock.timers.tick(5 * minute);
  await assert.rejects(subjectOf(fresh()), { code: 'OVERLOADED' });
  issuer.publish(['key-1']);
  assert.equal(await subjectOf(fresh()), 'ada');
});
