import type { Found, ResponseCache } from '../../cache/response-cache.ts';
import type { StoredAnswer } from '../../cache/store.ts';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import type { Departure } from '../../platform/departure.ts';
import { createAnswerMaking, type MakeAnswer } from './answer-making.ts';
import { requestDirectives } from './cache-control.ts';
import { cacheStatus, describeMiss } from './cache-status.ts';
import { createLateCodings } from './late-codings.ts';
import type { NotStorable } from './policy-collector.ts';
import type { AskedQuery } from './prepared-requests.ts';
import type { QueryPreparation } from './query-preparation.ts';
import {
  type ClientRequest,
  type MadeAnswer,
  type Miss,
  type Query,
  type Reply,
  replyMade,
  replyUnkept,
} from './replies.ts';
import { createStoredReplies } from './stored-replies.ts';
import type { DescribeTag, TagDescriptions } from './tag-description.ts';

/**
 * The response cache in front of the executor: stored bytes where they hold, one execution for all who ask the same where
 * they don't. It never fails a request: whatever is wrong with the cache, the answer is made.
 */
export interface CachedAnswers {
  /** @param budget what the request may still wait for Redis */
  recall(request: ClientRequest, budget: WaitBudget): Promise<Recalled>;
}

/** A reply from the cache, or how to go on without one. */
type Recalled = { readonly reply: Reply } | (Unanswered & { readonly reply: undefined });

/** What the cache has no answer to. Other gateways may be waiting for it: it must be answered or abandoned. */
export interface Unanswered {
  /** undefined for what isn't the cache's to look into: Apollo Server has to. */
  readonly asked: AskedQuery | undefined;
  /**
   * @param make answers the request without the cache; may be called once, or not at all.
   * @param gone of the client
   */
  answer(make: MakeAnswer, gone: Departure): Promise<Reply>;
  /** Says that it is not going to be answered: it was refused. */
  abandon(): void;
}

/** How long an answer that is being made is reserved, and how long another gateway waits for it, in milliseconds. */
const claimMs = 2_000;

export function createCachedAnswers(deps: {
  cache: ResponseCache;
  queries: QueryPreparation;
  /** Never rejects. */
  registerDocument: (hash: string, text: string) => Promise<void>;
  tagDescriptions: TagDescriptions;
  /** Whether CDNs are offered the PUBLIC ones. */
  offersToCdns: boolean;
  countLookup: (found: Found) => void;
  countNotStored: (reason: NotStorable['reason']) => void;
}): CachedAnswers {
  const { cache, queries, registerDocument, tagDescriptions, countLookup } = deps;
  const storedReplies = createStoredReplies(deps.offersToCdns);
  const addCoding = createLateCodings(cache);
  const making = createAnswerMaking(cache, {
    learntPrivate: queries.learntPrivate,
    refusedToStore: deps.countNotStored,
  });

  const staleAllowance = (answer: StoredAnswer): { whileRevalidating: boolean; onError: boolean } => {
    const meta = storedReplies.metaOf(answer);
    const lateMs = answer.ageMs - answer.freshMs;
    return {
      whileRevalidating: meta !== undefined && lateMs < meta.staleWhileRevalidateMs,
      onError: meta !== undefined && lateMs < meta.staleIfErrorMs,
    };
  };

  const answerMiss = async (
    query: Query,
    request: ClientRequest,
    { found, noCache, budget }: { found: Found; noCache: boolean; budget: WaitBudget },
    make: MakeAnswer,
    gone: Departure,
  ): Promise<Reply> => {
    const asked = { position: found.position, budget, gone };
    const expired = found.hit || noCache ? undefined : found.expired;
    const staleFor = expired === undefined ? undefined : staleAllowance(expired);

    if (expired !== undefined && staleFor?.whileRevalidating) {
      const stale = storedReplies.reply(query, request, expired);
      if (stale !== undefined) {
        // Nobody waits for it; who asks meanwhile joins it.
        void making.shared(query, request, { ...asked, gone: undefined }, make).catch(() => undefined);
        return stale;
      }
    }
    const made = await making.shared(query, request, asked, make);
    if (expired !== undefined && staleFor?.onError && hasFailed(made.landed.made)) {
      // Rule 9: time expired it, but since it was found it may have been invalidated.
      const verdict = await budget.spend(() => cache.check(expired)).catch(() => undefined);
      const stale = verdict?.valid === true ? storedReplies.reply(query, request, expired) : undefined;
      if (stale !== undefined) return stale;
    }
    tagDescriptions.learn(made.landed.made.tagIdTypes);
    return replyMade(query, request, made, missOf(found, noCache, tagDescriptions.describe));
  };

  return {
    async recall(request, budget) {
      const preparing = queries.prepare(request, budget);
      const query = preparing instanceof Promise ? await preparing : preparing;
      if (query.kind === 'bypass')
        return unanswered(undefined, async (make, gone) => {
          const outcome = {
            kind: 'forwarded',
            because: 'bypass',
            stored: false,
            details: [query.reason],
          } as const;
          return replyUnkept(await make(gone), queries.coding(request), cacheStatus(outcome));
        });
      // This gateway knows it at once; until the others do, they ask for it.
      if (query.registers !== undefined) void registerDocument(query.registers.hash, query.registers.text);
      const { noCache, noStore } = requestDirectives(request.headers['cache-control']);
      // Nor is work shared: what others began may be from before the client's own write.
      if (noStore || request.looksPastCache) {
        const details = [noStore ? 'no-store' : 'a write of this client is on its way'];
        return unanswered(query.asked, async (make, gone) => {
          const landed = await making.alone(query, request, gone, make);
          return replyMade(query, request, { landed, isOwn: true }, { because: 'request', details });
        });
      }

      const found = await cache.lookup({
        keys: query.lookFor,
        encoding: query.coding,
        claimMs,
        after: request.after,
        budget,
        acceptsExpired: (answer) => !noCache && staleAllowance(answer).whileRevalidating,
      });
      countLookup(found);
      const kept = keptFor(found);
      const reply = kept === undefined || noCache ? undefined : storedReplies.reply(query, request, kept);
      if (kept !== undefined && reply !== undefined) {
        addCoding(kept, query.coding);
        return { reply };
      }
      return unanswered(
        query.asked,
        (make, gone) => answerMiss(query, request, { found, noCache, budget }, make, gone),
        () => void cache.release(query.lookFor[0]),
      );
    },
  };
}

function unanswered(
  asked: Unanswered['asked'],
  answer: Unanswered['answer'],
  abandon: Unanswered['abandon'] = () => {},
): Recalled {
  return { reply: undefined, asked, answer, abandon };
}

/** What the cache has for those who needn't make anything. */
function keptFor(found: Found): StoredAnswer | undefined {
  if (found.hit) return found.answer;
  return found.madeElsewhere ? found.expired : undefined;
}

function missOf(found: Found, noCache: boolean, describeTag: DescribeTag): Miss {
  if (noCache || found.hit) return { because: 'request', details: ['no-cache'] };
  if (found.reason.kind === 'away') return { because: 'miss', details: ['the cache is away'] };
  return describeMiss(found.reason, describeTag);
}

function hasFailed({ status, policy }: MadeAnswer): boolean {
  if (status >= 500) return true;
  return policy?.storable === false && (policy.reason === 'errors' || policy.reason === 'no-data');
}
