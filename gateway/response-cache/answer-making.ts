import type { Position } from '../../cache/position.ts';
import type { ResponseCache } from '../../cache/response-cache.ts';
import { createSingleFlight } from '../../cache/single-flight.ts';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import type { Departure } from '../../platform/departure.ts';
import { type AnswerDependencies, dependenciesOf } from './answer-dependencies.ts';
import { answerMeta, writeAnswerMeta } from './answer-meta.ts';
import { cdnTagsHeld } from './cdn-tags.ts';
import type { ContentCoding } from './content-encoding.ts';
import type { NotStorable, StorablePolicy } from './policy-collector.ts';
import { type ClientRequest, type Landed, type MadeAnswer, type Query, subjectOf } from './replies.ts';

/** @param unwanted of all who wait for the answer */
export type MakeAnswer = (unwanted: Departure) => Promise<MadeAnswer>;

/** Makes the answers that the cache doesn't have, and stores those that may be kept. */
export interface AnswerMaking {
  /** For nobody else, and not to be kept. */
  alone(query: Query, request: ClientRequest, gone: Departure, make: MakeAnswer): Promise<Landed>;
  /**
   * One execution for all who ask the same: the asker's own work, or work that was under way and still holds.
   *
   * @param asked.position where the cache stood when it was asked; undefined if it was away
   * @param asked.budget what the asker may still wait for the cache
   * @param asked.gone of the asker; undefined if it waits to the end
   */
  shared(
    query: Query,
    request: ClientRequest,
    asked: { position: Position | undefined; budget: WaitBudget; gone: Departure | undefined },
    make: MakeAnswer,
  ): Promise<Made>;
}

interface Made {
  readonly landed: Landed;
  readonly isOwn: boolean;
}

export function createAnswerMaking(
  cache: ResponseCache,
  told: {
    /** Of questions whose answer turned out PRIVATE. */
    learntPrivate: (question: string) => void;
    /** Of answers that are not stored because of what they are. */
    refusedToStore: (reason: NotStorable['reason']) => void;
  },
): AnswerMaking {
  const flights = createSingleFlight<Landed>(async ({ dependencies }, position) => {
    // What can't be stored can't be vouched for either: whoever asked after it had begun makes their own.
    if (dependencies === undefined) throw new Error('an answer without dependencies');
    return cache.check({ ...dependencies, position });
  });

  const store = async (
    key: string,
    policy: StorablePolicy,
    dependencies: AnswerDependencies,
    position: Position,
    { made: { body }, cacheTag }: Landed,
    coding: ContentCoding,
  ) => {
    await body.encoded(coding);
    const bodies = await body.bodies();
    const meta = writeAnswerMeta(answerMeta(policy, body.entityTag, cacheTag));
    const { freshMs, staleWhileRevalidateMs, staleIfErrorMs } = policy;
    const keepMs = freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
    await cache.store({ key, meta, bodies, freshMs, keepMs, position, ...dependencies }, coding);
  };

  const storeOrRelease = async (query: Query, position: Position, landed: Landed): Promise<void> => {
    const { policy } = landed.made;
    const claimed = query.lookFor[0];
    let key: string | undefined;
    if (policy?.storable === true && landed.dependencies !== undefined) {
      key = policy.scope === 'public' ? query.keys.public : query.keys.private;
      await store(key, policy, landed.dependencies, position, landed, query.coding);
    }
    // Storing ends the claim on the same key only.
    if (key !== claimed) await cache.release(claimed);
  };

  /** Makes the answer, and stores it when those who wait for it have it. */
  const makeAndStore = async (
    query: Query,
    request: ClientRequest,
    position: Position | undefined,
    make: () => Promise<MadeAnswer>,
  ): Promise<Landed> => {
    const made = await make();
    const { policy } = made;
    const dependencies = policy?.storable === true ? dependenciesOf(policy, made.relays) : undefined;
    const willBeStored = dependencies !== undefined && position !== undefined;
    // While the cache is away nobody learns what a CDN would have to purge.
    const isForCdns = query.offeredToCdns && willBeStored && policy?.storable && policy.scope === 'public';
    const landed: Landed = {
      made,
      dependencies,
      cacheTag: isForCdns ? cdnTagsHeld(dependencies.tags) : undefined,
      subject: subjectOf(request),
      willBeStored,
    };
    if (policy?.storable === false) told.refusedToStore(policy.reason);
    if (policy?.storable === true && policy.scope !== 'public') told.learntPrivate(query.question);
    if (position !== undefined)
      void storeOrRelease(query, position, landed).catch(() => cache.release(query.lookFor[0]));
    return landed;
  };

  return {
    alone: (query, request, gone, make) => makeAndStore(query, request, undefined, () => make(gone)),

    async shared(query, request, { position, budget, gone }, make) {
      const subject = subjectOf(request);
      const { result, isOwn } = await flights.run(query.flight, {
        position,
        budget,
        gone,
        isAwaited: () => cache.isAwaited(query.lookFor[0]),
        work: (at, unwanted) => makeAndStore(query, request, at, () => make(unwanted)),
        // Viewers share optimistically: what turned out PUBLIC is everybody's.
        accepts: ({ made: { policy }, subject: theirs }) =>
          theirs === subject || (policy?.storable === true && policy.scope === 'public'),
      });
      return { landed: result, isOwn };
    },
  };
}
