import assert from 'node:assert/strict';
import { createHmac as createNodeHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createHmac } from '../../platform/hmac.ts';

function byNode(secret: string, beginning: string, rest: string | Buffer): string {
  return createNodeHmac('sha256', Buffer.from(secret)).update(beginning).update(rest).digest('base64url');
}

test('is the HMAC that everybody else makes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(text, text, fc.oneof(text, bytes), (secret, beginning, rest) => {
      assert.equal(createHmac(secret)(beginning, rest), byNode(secret, beginning, rest));
    }),
  );
});

test('a secret fills a block, or is longer', () => {
  for (const length of [0, 1, 32, 63, 64, 65, 200]) {
    const secret = 's'.repeat(length);
    assert.equal(createHmac(secret)('beginning', 'rest'), byNode(secret, 'beginning', 'rest'));
  }
});

test('what one message was leaves nothing behind for the next', () => {
  const hmac = createHmac('secret');
  const first = hmac('beginning', Buffer.from('a long body'));
  hmac('other', '');
  assert.equal(hmac('beginning', Buffer.from('a long body')), first);
});
