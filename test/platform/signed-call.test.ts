import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Secrets, signatureWindowMs, signCall, verifyCall } from '../../platform/signed-call.ts';

const secrets: Secrets = ['first-secret-with-32-characters!'];
const now = 1_700_000_000_000;
const viewer = { subject: 'account', sessionId: 'session' };
const body = '{"query":"{ me { id } }"}';
const headers = signCall({ secrets, viewer, body, now });

test('what was signed verifies, and tells the viewer', () => {
  assert.deepEqual(verifyCall({ secrets, headers, body, now }), { ok: true, viewer });
});

test('nobody is a viewer, too', () => {
  const anonymous = signCall({ secrets, viewer: null, body, now });
  assert.deepEqual(verifyCall({ secrets, headers: anonymous, body, now }), { ok: true, viewer: null });
});

test('another body, viewer or time does not verify', () => {
  const otherViewer = signCall({ secrets, viewer: { subject: 'other' }, body, now })['x-viewer'];
  const { 'x-viewer': _viewer, ...withoutViewer } = headers;
  const otherTime = headers['x-signature']?.replace(String(now), String(now + 1));
  assert.equal(verifyCall({ secrets, headers, body: `${body} `, now }).ok, false);
  assert.equal(
    verifyCall({ secrets, headers: { ...headers, 'x-viewer': otherViewer }, body, now }).ok,
    false,
  );
  assert.equal(verifyCall({ secrets, headers: withoutViewer, body, now }).ok, false);
  assert.equal(
    verifyCall({ secrets, headers: { ...headers, 'x-signature': otherTime }, body, now }).ok,
    false,
  );
});

test('a signature holds for the window, in both directions, and no longer', () => {
  for (const offset of [-signatureWindowMs, signatureWindowMs])
    assert.equal(verifyCall({ secrets, headers, body, now: now + offset }).ok, true);
  for (const offset of [-signatureWindowMs - 1, signatureWindowMs + 1])
    assert.equal(verifyCall({ secrets, headers, body, now: now + offset }).ok, false);
});

test('while a secret is rotated, calls signed with either verify', () => {
  const rotating: Secrets = ['second-secret-with-32-characters', secrets[0]];
  assert.equal(verifyCall({ secrets: rotating, headers, body, now }).ok, true);
  const bySecond = signCall({ secrets: rotating, viewer, body, now });
  assert.equal(verifyCall({ secrets, headers: bySecond, body, now }).ok, false);
});

test('malformed signatures are refused, whatever they are', () => {
  const malformed = [
    '',
    'v1',
    'v1;;',
    'v2;1;x',
    `v1;${now};`,
    `v1;${now};AAAA`,
    `v1;1e3;x`,
    `v1;${now};x;y`,
    'v1;NaN;x',
  ];
  for (const value of malformed)
    assert.equal(
      verifyCall({ secrets, headers: { ...headers, 'x-signature': value }, body, now }).ok,
      false,
      value,
    );
});
