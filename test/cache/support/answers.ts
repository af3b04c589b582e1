import type { Position } from '../../../cache/position.ts';
import type { CacheStore, Lookup, NewAnswer } from '../../../cache/store.ts';
import { tagsToHold } from '../../../cache/tags.ts';

/** An answer to keep: fresh for a minute, of the subgraph posts, resting on post 7, unless a test says otherwise. */
export function answer(
  position: Position,
  own: Partial<Omit<NewAnswer, 'bodies'>> & { body?: string; bodies?: NewAnswer['bodies'] } = {},
): NewAnswer {
  const { body = 'the answer', tags = ['posts/Post:7'], ...rest } = own;
  return {
    position,
    key: 'key',
    meta: '',
    bodies: { identity: Buffer.from(body) },
    tags: tagsToHold(tags, ['posts']),
    relays: [],
    freshMs: 60_000,
    keepMs: 120_000,
    ...rest,
  };
}

export function look(store: CacheStore, ...keys: string[]): Promise<Lookup> {
  const [first = 'key', ...others] = keys;
  return store.lookup({ keys: [first, ...others], encoding: 'identity' });
}

/** What a client would be given, or why not. */
export async function read(store: CacheStore, ...keys: string[]): Promise<string> {
  const found = await look(store, ...keys);
  if (found.hit) return found.answer.body.toString();
  const { reason } = found;
  if (reason.kind === 'tag') return `miss: ${reason.tag}`;
  return reason.kind === 'lease' ? `miss: lease of ${reason.subgraph}` : `miss: ${reason.kind}`;
}

/** A read of its own: look, work, store. */
export async function readThrough(store: CacheStore, body: string, own: Parameters<typeof answer>[1] = {}) {
  const found = await look(store, own.key ?? 'key');
  return store.store(answer(found.position, { ...own, body }));
}

/** The relay of a subgraph says, now, that nothing waits in its outbox. */
export async function giveLease(store: CacheStore, subgraph: string, leaseMs = 2_000): Promise<void> {
  const { position, timeMs } = await store.status();
  const lease = { subgraph, epoch: position.epoch, source: 'database', endsAtMs: timeMs + leaseMs };
  const outcome = await store.renewLease(lease);
  if (outcome.renewed) return;
  await store.sweep(lease);
  await store.renewLease(lease);
}
