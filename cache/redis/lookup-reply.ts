import type { Position } from '../position.ts';
import type { CheckOutcome, Invalidity, Lookup, StoredAnswer } from '../store.ts';
import type { Reply } from './reply.ts';

/** What lookup.lua says of one lookup: why there is no hit, lines of facts, and the body, if there is one. */
export function readLookup(position: Position, reply: Reply | undefined, keys: readonly string[]): Lookup {
  if (reply === undefined) throw new TypeError('A script of the cache left a lookup without a reply.');
  const detail = reply.text();
  const [outcome = '', claimedElsewhere, ...facts] = reply.text().split('\n');
  const answer = facts.length === 0 ? undefined : readAnswer(position.epoch, facts, reply.bytes(), keys);
  if (outcome === 'hit' && answer !== undefined) return { hit: true, position, answer };
  const reason =
    outcome === 'absent' || outcome === 'expired'
      ? ({ kind: outcome } as const)
      : readInvalidity(outcome, detail);
  return {
    hit: false,
    position,
    reason,
    claimedElsewhere: claimedElsewhere === '1',
    ...(answer === undefined ? {} : { expired: answer }),
  };
}

function readAnswer(
  epoch: string,
  facts: readonly string[],
  body: Buffer,
  keys: readonly string[],
): StoredAnswer {
  const [index, clock, ageMs, freshMs, encoding = '', tags = '', relays = '', ...meta] = facts;
  return {
    key: keys[Number(index)] ?? '',
    position: { epoch, clock: Number(clock) },
    // Read only where the answer is kept, or judged once more: most hits are served as they are.
    get tags() {
      return JSON.parse(tags);
    },
    get relays() {
      return JSON.parse(relays);
    },
    ageMs: Number(ageMs),
    freshMs: Number(freshMs),
    // Its lines are its owner's.
    meta: meta.length === 1 && meta[0] ? meta[0] : meta.join('\n'),
    encoding,
    body,
  };
}

/** What check.lua and store.lua say of an answer. */
export function readOutcome(position: Position, reply: Reply): CheckOutcome {
  const outcome = reply.text();
  if (outcome === 'valid') return { valid: true, position };
  return { valid: false, position, reason: readInvalidity(outcome, reply.text()) };
}

function readInvalidity(kind: string, detail: string): Invalidity {
  if (kind === 'tag') return { kind, tag: detail };
  if (kind === 'lease') return { kind, subgraph: detail };
  return { kind: 'epoch' };
}
