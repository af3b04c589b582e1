import type { Position } from '../position.ts';
import type { CheckOutcome, Invalidity, Lookup, StoredAnswer } from '../store.ts';
import type { Reply } from './reply.ts';

/**
 * What lookup.lua says of lookups.
 *
 * @param keys of each lookup those of its entries
 */
export function readLookups(
  position: Position,
  reply: Reply,
  keys: readonly (readonly string[])[],
): readonly Lookup[] {
  const lengths = reply.text().split(' ');
  const texts = reply.bytes();
  let [part, end] = [0, 0];
  const next = () => {
    const start = end;
    end += Number(lengths[part]);
    part += 1;
    if (!(end <= texts.length)) throw new TypeError('A script of the cache left a lookup without a reply.');
    return texts.toString('utf8', start, end);
  };
  return keys.map((entries) => {
    const detail = next();
    const [outcome = '', claimed, ...facts] = next().split('\n');
    const answer =
      facts.length === 0
        ? undefined
        : new FoundAnswer(position.epoch, facts, { body: reply.bytes(), tags: reply.bytes() }, entries);
    return lookupOf(position, { outcome, detail, isClaimed: claimed === '1', answer });
  });
}

function lookupOf(
  position: Position,
  said: { outcome: string; detail: string; isClaimed: boolean; answer: StoredAnswer | undefined },
): Lookup {
  const { outcome, detail, isClaimed: claimedElsewhere, answer } = said;
  if (outcome === 'hit' && answer !== undefined) return { hit: true, position, answer };
  const reason =
    outcome === 'absent' || outcome === 'expired'
      ? ({ kind: outcome } as const)
      : readInvalidity(outcome, detail);
  return {
    hit: false,
    position,
    reason,
    claimedElsewhere,
    ...(answer === undefined ? {} : { expired: answer }),
  };
}

/**
 * A class, because V8 gives each object that is written down with getters a shape of its own, that only a full garbage
 * collection takes away again, with all that hangs on it.
 */
class FoundAnswer implements StoredAnswer {
  readonly key: string;
  readonly position: Position;
  readonly ageMs: number;
  readonly freshMs: number;
  readonly encoding: string;
  readonly meta: string;
  readonly body: Buffer;
  readonly #tags: Buffer;
  readonly #relays: string;

  constructor(
    epoch: string,
    facts: readonly string[],
    { body, tags }: { body: Buffer; tags: Buffer },
    keys: readonly string[],
  ) {
    const [index, clock, ageMs, freshMs, encoding = '', relays = '', ...meta] = facts;
    this.key = keys[Number(index)] ?? '';
    this.position = { epoch, clock: Number(clock) };
    this.ageMs = Number(ageMs);
    this.freshMs = Number(freshMs);
    this.encoding = encoding;
    // Its lines are its owner's.
    this.meta = meta.length === 1 && meta[0] ? meta[0] : meta.join('\n');
    this.body = body;
    this.#tags = tags;
    this.#relays = relays;
  }

  // Read only where the answer is kept, or judged once more: most hits are served as they are.
  get tags(): readonly string[] {
    return JSON.parse(this.#tags.toString());
  }
  get relays(): readonly string[] {
    return JSON.parse(this.#relays);
  }
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
