import { randomFillSync } from 'node:crypto';

/**
 * Which trace a request belongs to, as https://www.w3.org/TR/trace-context/ has it. Passed on and logged, and nothing else: no
 * process here records spans, so the parent that a request came with stays the parent of all that it causes. With an id of our own
 * in between, traces would hang on spans that nobody has.
 */
export interface TraceContext {
  readonly traceId: string;
  /** As it is passed on. */
  readonly traceparent: string;
  /** What vendors add to it; undefined: nothing. */
  readonly tracestate: string | undefined;
}

/** Of versions to come only what version 00 has is known: that is what is passed on then. */
const parentForm = /^(?!ff)[\da-f]{2}-((?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2})(-.*)?$/;

/** Printable characters, at least as many as everybody has to pass on. */
const stateForm = /^[\x20-\x7e]{1,512}$/;
const memberForm = /^[a-z\d][a-z\d_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/;
const mostMembers = 32;

/** The trace that a request came with; undefined if it came with none, or with one that isn't well-formed. */
export function readTrace(headers: Readonly<Record<string, unknown>>): TraceContext | undefined {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string' || traceparent.length > 512) return undefined;
  const [, known, more] = parentForm.exec(traceparent) ?? [];
  if (known === undefined || (more !== undefined && traceparent.startsWith('00'))) return undefined;
  return {
    traceId: known.slice(0, 32),
    traceparent: `00-${known}`,
    tracestate: typeof tracestate === 'string' && isState(tracestate) ? tracestate : undefined,
  };
}

/** The trace of a request that came without one. Not sampled: nobody before us has recorded it. */
export function beginTrace(): TraceContext {
  const random = randomHex();
  const traceId = random.slice(0, 32);
  return { traceId, traceparent: `00-${traceId}-${random.slice(32)}-00`, tracestate: undefined };
}

const randomLength = 24;
const pool = Buffer.alloc(256 * randomLength);
let taken = pool.length;

/** Fetched for many at once: to ask the operating system for each would take longer than all else here. */
function randomHex(): string {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const random = pool.toString('hex', taken, taken + randomLength);
  taken += randomLength;
  return random;
}

/** The headers that a call carries on. */
export function traceHeaders({ traceparent, tracestate }: TraceContext): Record<string, string> {
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

function isState(text: string): boolean {
  if (!stateForm.test(text)) return false;
  const members = text.split(',').map((member) => member.trim());
  const keys = members.map((member) => member.split('=', 1)[0]);
  return (
    members.length <= mostMembers &&
    members.every((member) => memberForm.test(member)) &&
    new Set(keys).size === keys.length
  );
}
