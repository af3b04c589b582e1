import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  type Genuine,
  type Secrets,
  signatureWindowMs,
  signCall,
  verifyCall,
} from '../../platform/signed-call.ts';

const secrets: Secrets = ['first-secret-with-32-characters!'];
const audience = 'posts';
const now = 1_700_000_000_000;
const viewer = { subject: 'account', sessionId: 'session' };
const body = '{"query":"{ me { id } }"}';
const headers = signCall({ secrets, audience, viewer, body, now });

function genuine(signed: Record<string, string>): Genuine {
  const call = verifyCall({ secrets, audience, headers: signed, body, now });
  assert(call.ok);
  return call;
}

test('what was signed verifies, and tells the viewer', () => {
  const { viewer: verified, clientAddress, signedAt } = genuine(headers);
  assert.deepEqual([verified, clientAddress, signedAt], [viewer, null, now]);
});

test('what was signed tells the client’s address, which nobody can replace', () => {
  const withAddress = signCall({ secrets, audience, viewer, clientAddress: '203.0.113.7', body, now });
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
    assert.equal(verifyCall({ secrets, audience, headers: forged, body, now }).ok, false);
});

test('every call has a nonce of its own, which nobody can replace', () => {
  const { nonce } = genuine(headers);
  assert.notEqual(genuine(signCall({ secrets, audience, viewer, body, now })).nonce, nonce);
  const forged = headers['x-signature']?.replace(
    nonce,
    nonce.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
  );
  assert.equal(
    verifyCall({ secrets, audience, headers: { ...headers, 'x-signature': forged }, body, now }).ok,
    false,
  );
});

test('a signature is for one subgraph', () => {
  for (const other of ['users', 'post', 'postss', 'Posts', ''])
    assert.equal(verifyCall({ secrets, audience: other, headers, body, now }).ok, false, other);
});

/** As gateways of the release before make them. */
function formerHeaders(version: string): Record<string, string> {
  const nonce = randomUUID();
  const subject = Buffer.from(JSON.stringify(viewer)).toString('base64url');
  const proof = createHmac('sha256', secrets[0])
    .update(`${version}\n${now}\n${nonce}\n${subject.length}\n${subject}\n0\n\n${body}`)
    .digest('base64url');
  return { 'x-signature': `${version};${now};${nonce};${proof}`, 'x-viewer': subject };
}

test('one of the release before, which names no subgraph, is accepted by each, and as what it is only', () => {
  for (const name of ['users', 'posts'])
    assert.equal(verifyCall({ secrets, audience: name, headers: formerHeaders('v2'), body, now }).ok, true);
  const envelope = formerHeaders('envelope-v2');
  assert.equal(verifyCall({ secrets, audience, headers: envelope, body, now }).ok, false);
  assert.equal(verifyCall({ secrets, audience, headers: envelope, body, now, kind: 'envelope' }).ok, true);
});

test('a signature of one version is none of another', () => {
  const relabelled = (signed: Record<string, string>, from: string, to: string) => ({
    ...signed,
    'x-signature': signed['x-signature']?.replace(`${from};`, `${to};`),
  });
  for (const forged of [
    relabelled(headers, 'v3', 'v2'),
    relabelled(formerHeaders('v2'), 'v2', 'v3'),
    relabelled(formerHeaders('v1'), 'v1', 'v2'),
  ])
    for (const name of ['users', 'posts', ''])
      assert.equal(verifyCall({ secrets, audience: name, headers: forged, body, now }).ok, false);
});

test('nobody is a viewer, too', () => {
  const anonymous = signCall({ secrets, audience, viewer: null, body, now });
  assert.equal(genuine(anonymous).viewer, null);
});

test('another body, viewer or time does not verify', () => {
  const otherViewer = signCall({ secrets, audience, viewer: { subject: 'other' }, body, now })['x-viewer'];
  const { 'x-viewer': _viewer, ...withoutViewer } = headers;
  const otherTime = headers['x-signature']?.replace(String(now), String(now + 1));
  assert.equal(verifyCall({ secrets, audience, headers, body: `${body} `, now }).ok, false);
  assert.equal(
    verifyCall({ secrets, audience, headers: { ...headers, 'x-viewer': otherViewer }, body, now }).ok,
    false,
  );
  assert.equal(verifyCall({ secrets, audience, headers: withoutViewer, body, now }).ok, false);
  assert.equal(
    verifyCall({ secrets, audience, headers: { ...headers, 'x-signature': otherTime }, body, now }).ok,
    false,
  );
});

test('a signature holds for the window, in both directions, and no longer', () => {
  for (const offset of [-signatureWindowMs, signatureWindowMs])
    assert.equal(verifyCall({ secrets, audience, headers, body, now: now + offset }).ok, true);
  for (const offset of [-signatureWindowMs - 1, signatureWindowMs + 1])
    assert.equal(verifyCall({ secrets, audience, headers, body, now: now + offset }).ok, false);
});

test('while a secret is rotated, calls signed with either verify', () => {
  const rotating: Secrets = ['second-secret-with-32-characters', secrets[0]];
  assert.equal(verifyCall({ secrets: rotating, audience, headers, body, now }).ok, true);
  const bySecond = signCall({ secrets: rotating, audience, viewer, body, now });
  assert.equal(verifyCall({ secrets, audience, headers: bySecond, body, now }).ok, false);
});

test('malformed signatures are refused, whatever they are', () => {
  const { nonce } = genuine(headers);
  const malformed = [
    '',
    'v3',
    'v3;;;',
    `v1;${now};AAAA`,
    `v4;${now};${nonce};AAAA`,
    `v2;${now};${nonce};AAAA`,
    `v3;${now};${nonce};`,
    `v3;${now};${nonce};AAAA`,
    `v3;${now};;AAAA`,
    `v3;${now};short;AAAA`,
    `v3;1e3;${nonce};x`,
    `v3;${now};${nonce};x;y`,
    `v3;NaN;${nonce};x`,
    `${headers['x-signature']}, ${headers['x-signature']}`,
  ];
  for (const value of malformed)
    assert.equal(
      verifyCall({ secrets, audience, headers: { ...headers, 'x-signature': value }, body, now }).ok,
      false,
      value,
    );
});
