import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginTrace, readTrace, traceHeaders } from '../../platform/trace-context.ts';

/** The examples of https://www.w3.org/TR/trace-context/. */
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${parent}-01`;

test('a trace that is well-formed is passed on as it came', () => {
  const tracestate = 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE, 1tenant@vendor=x';
  const trace = readTrace({ traceparent, tracestate });
  assert.deepEqual(trace, { traceId, traceparent, tracestate });
  assert.deepEqual(traceHeaders(trace ?? beginTrace()), { traceparent, tracestate });
  assert.deepEqual(readTrace({ traceparent }), { traceId, traceparent, tracestate: undefined });
});

test('of a version to come, what is known is passed on', () => {
  for (const given of [`cc-${traceId}-${parent}-01`, `cc-${traceId}-${parent}-01-what-comes-then`])
    assert.equal(readTrace({ traceparent: given })?.traceparent, traceparent);
});

test('anything else is no trace', () => {
  const malformed = [
    undefined,
    7,
    ['a'],
    '',
    traceparent.toUpperCase(),
    `${traceparent}-more`,
    `${traceparent}, ${traceparent}`,
    ` ${traceparent}`,
    `${traceparent}\n`,
    `00-${'0'.repeat(32)}-${parent}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${parent}-01`,
    `00-${traceId.slice(1)}-${parent}-01`,
    `00-${traceId}-${parent}-1`,
    `cc-${traceId}-${parent}-01more`,
    `cc-${traceId}-${parent}-01-${'x'.repeat(512)}`,
  ];
  for (const given of malformed) assert.equal(readTrace({ traceparent: given }), undefined, String(given));
});

test('a state that is not well-formed is left out, and one without a trace means nothing', () => {
  const malformed = [
    '',
    'no-value',
    'a=1,a=2',
    'Upper=1',
    'a=1,,b=2',
    'a=\u00e9',
    'a=1\r\nx-viewer: eve',
    Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(','),
    `a=${'x'.repeat(600)}`,
    ['a=1', 'b=2'],
  ];
  for (const tracestate of malformed)
    assert.deepEqual(
      readTrace({ traceparent, tracestate }),
      { traceId, traceparent, tracestate: undefined },
      String(tracestate),
    );
  assert.equal(readTrace({ tracestate: 'a=1' }), undefined);
});

test('a trace that begins here is one that others accept, and no other', () => {
  const begun = [beginTrace(), beginTrace()];
  for (const trace of begun) assert.deepEqual(readTrace(traceHeaders(trace)), trace);
  assert.notEqual(begun[0]?.traceId, begun[1]?.traceId);
});
