import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Genuine,
  type Secrets,
  signatureWindowMs,
  signCall,
  verifyCall,
} from '../../platform/signed-call.ts';

const secrets: Secrets = ['first-secret-with-32-characters!'];
const now = 1_700_000_000_000;
const viewer = { subject: 'account', sessionId: 'session' };
const body = '{"query":"{ me { id } }"}';
const headers = signCall({ secrets, viewer, body, now });

function genuine(signed: Record<string, string>): Genuine {
  const call = verifyCall({ secrets, headers: signed, body, now });
  assert(call.ok);
  return call;
}

test('what was signed verifies, and tells the viewer', () => {
  const { viewer: verified, clientAddress, signedAt } = genuine(headers);
  assert.deepEqual([verified, clientAddress, signedAt], [viewer, null, now]);
});

test('what was signed tells the client’s address, which nobody can replace', () => {
  const withAddress = signCall({ secrets, viewer, clientAddress: '203.0.113.7', body, now });
  assert.equal(genuine(withAddress).clientAddress, '203.0.113.7');
  const { 'x-client-address': _address, ...without } = withAddress;
  for (const forged of [
    without,
    { ...without, 'x-client-address': '203.0.113.8' },
    { ...headers, 'x-client-address': '203.0.113.7' },
    // The boundary between viewer and address can't be moved.
    {
      ...without,
      'x-viewer': `${without['x-viewer']}\n11\n203.0.113.7`,
    },
  ])
    assert.equal(verifyCall({ secrets, headers: forged, body, now }).ok, false);
});

test('every call has a nonce of its own, which nobody can replace', () => {
  const { nonce } = genuine(headers);
  assert.notEqual(genuine(signCall({ secrets, viewer, body, now })).nonce, nonce);
  const forged = headers['x-signature']?.replace(
    nonce,
    nonce.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
  );
  assert.equal(verifyCall({ secrets, headers: { ...headers, 'x-signature': forged }, body, now }).ok, false);
});

test('nobody is a viewer, too', () => {
  const anonymous = signCall({ secrets, viewer: null, body, now });
  assert.equal(genuine(anonymous).viewer, null);
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
  const { nonce } = genuine(headers);
  const malformed = [
    '',
    'v2',
    'v2;;;',
    `v1;${now};AAAA`,
    `v3;${now};${nonce};AAAA`,
    `v2;${now};${nonce};`,
    `v2;${now};${nonce};AAAA`,
    `v2;${now};;AAAA`,
    `v2;${now};short;AAAA`,
    `v2;1e3;${nonce};x`,
    `v2;${now};${nonce};x;y`,
    `v2;NaN;${nonce};x`,
    `${headers['x-signature']}, ${headers['x-signature']}`,
  ];
  for (const value of malformed)
    assert.equal(
      verifyCall({ secrets, headers: { ...headers, 'x-signature': value }, body, now }).ok,
      false,
      value,
    );
});
