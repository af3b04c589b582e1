import { setTimeout as wait } from 'node:timers/promises';
import type { Position } from '../../cache/position.ts';
import type { Found, ResponseCache } from '../../cache/response-cache.ts';
import { createSingleFlight } from '../../cache/single-flight.ts';
import type { StoredAnswer } from '../../cache/store.ts';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import { type AnswerDependencies, dependenciesOf } from './answer-dependencies.ts';
import { answerMeta, readAnswerMeta, writeAnswerMeta } from './answer-meta.ts';
import { requestDirectives } from './cache-control.ts';
import { cacheKeys } from './cache-keys.ts';
import { describeMiss } from './cache-status.ts';
import { type ContentCoding, encodeBodies } from './content-encoding.ts';
import { createNegotiation } from './negotiation.ts';
import type { StorablePolicy } from './policy-collector.ts';
import type { BypassReason, PreparedRequests } from './prepared-requests.ts';
import {
  type ClientRequest,
  type Landed,
  type MadeAnswer,
  type Miss,
  type Query,
  type Reply,
  replyMade,
  replyStored,
  withCacheStatus,
} from './replies.ts';
import { hasPlainForm } from './request-form.ts';
import type { DescribeTag } from './tag-description.ts';

export interface CachedAnswers {
  /** @param make answers the request without the cache; may be called once, or not at all. */
  answer(request: ClientRequest, make: () => Promise<MadeAnswer>): Promise<Reply>;
}

/** How long an answer that is being made is reserved, and how long another gateway waits for it, in milliseconds. */
const claimMs = 2_000;
const claimLookMs = 20;
/** Questions that are known to have PRIVATE answers; each entry counts as one. */
const rememberedPrivateQuestions = 50_000;

/**
 * The response cache in front of the executor: stored bytes where they hold, one execution for all who ask the same where
 * they don't. It never fails a request: whatever is wrong with the cache, the answer is made.
 */
export function createCachedAnswers(deps: {
  cache: ResponseCache;
  /** Of the supergraph that is in service now. */
  preparedRequests: () => PreparedRequests;
  persistedDocument: (hash: string) => Promise<string | undefined>;
  registerDocument: (hash: string, text: string) => Promise<void>;
  describeTag: DescribeTag;
}): CachedAnswers {
  const { cache, preparedRequests, persistedDocument, registerDocument, describeTag } = deps;
  const negotiation = createNegotiation();
  const privateQuestions = createBoundedMemo<true>(rememberedPrivateQuestions);
  const flights = createSingleFlight<Landed>(async ({ dependencies }, position) => {
    // What can't be stored can't be vouched for either: whoever asked after it had begun makes their own.
    if (dependencies === undefined) throw new Error('an answer without dependencies');
    return cache.check({ ...dependencies, position });
  });

  const prepare = async (request: ClientRequest): Promise<Prepared> => {
    const form = negotiation.acceptClass(request.method, request.headers.accept);
    if (form === undefined || !hasPlainForm(request.method, request.headers))
      return { kind: 'bypass', reason: 'invalid-request' };
    const requests = preparedRequests();
    let prepared = requests.prepare(request.raw, form);
    if (prepared.kind === 'needs-document') {
      const document = await persistedDocument(prepared.hash);
      if (document === undefined) return { kind: 'bypass', reason: 'invalid-request' };
      prepared = requests.prepare(request.raw, form, document);
    }
    if (prepared.kind !== 'query')
      return { kind: 'bypass', reason: prepared.kind === 'bypass' ? prepared.reason : 'invalid-request' };
    if (prepared.registers !== undefined)
      await registerDocument(prepared.registers.hash, prepared.registers.text);
    const keys = cacheKeys(prepared.question, request.viewer);
    const isPrivate = privateQuestions.get(prepared.question) === true;
    return {
      kind: 'query',
      form,
      question: prepared.question,
      keys,
      lookFor: isPrivate ? [keys.private, keys.public] : [keys.public, keys.private],
      flight: isPrivate ? keys.private : prepared.question,
      coding: negotiation.coding(request.headers['accept-encoding']),
      operationName: prepared.operationName,
    };
  };

  /** Looks, and while another gateway makes the answer, looks again. */
  const lookup = async (query: Query, request: ClientRequest): Promise<Found> => {
    const wanted = { keys: query.lookFor, encoding: query.coding, claimMs, after: request.after };
    const deadline = performance.now() + claimMs;
    let found = await cache.lookup(wanted);
    while (!found.hit && found.claimedElsewhere && performance.now() < deadline) {
      await wait(claimLookMs);
      found = await cache.lookup(wanted);
    }
    return found;
  };

  const store = async (
    key: string,
    policy: StorablePolicy,
    dependencies: AnswerDependencies,
    position: Position,
    { body }: MadeAnswer,
    coding: ContentCoding,
  ) => {
    const bodies = await encodeBodies(body);
    const meta = writeAnswerMeta(answerMeta(policy, bodies, false));
    const { freshMs, staleWhileRevalidateMs, staleIfErrorMs } = policy;
    const keepMs = freshMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
    await cache.store({ key, meta, bodies, freshMs, keepMs, position, ...dependencies }, coding);
  };

  /** Makes the answer and, after whoever made it has it, stores it. */
  const makeAndStore = async (
    query: Query,
    request: ClientRequest,
    position: Position | undefined,
    make: () => Promise<MadeAnswer>,
    ready: (landed: Landed) => void,
  ): Promise<Landed> => {
    const made = await make();
    const { policy } = made;
    const dependencies = policy?.storable === true ? dependenciesOf(policy, made.relays) : undefined;
    const landed: Landed = {
      made,
      dependencies,
      subject: subjectOf(request),
      willBeStored: dependencies !== undefined && position !== undefined,
    };
    ready(landed);
    const claimed = query.lookFor[0];
    let key: string | undefined;
    if (policy?.storable === true) {
      if (policy.scope !== 'public') privateQuestions.set(query.question, true, 1);
      if (landed.willBeStored && position !== undefined && dependencies !== undefined) {
        key = policy.scope === 'public' ? query.keys.public : query.keys.private;
        await store(key, policy, dependencies, position, made, query.coding);
      }
    }
    // Storing ends the claim on the same key only.
    if (position !== undefined && key !== claimed) await cache.release(claimed);
    return landed;
  };

  /** The answer for this request: its own work, or work that was under way and still holds. */
  const fly = async (
    query: Query,
    request: ClientRequest,
    position: Position | undefined,
    make: () => Promise<MadeAnswer>,
  ): Promise<{ landed: Landed; isOwn: boolean }> => {
    const own = Promise.withResolvers<{ landed: Landed; isOwn: boolean }>();
    const subject = subjectOf(request);
    const flown = flights
      .run(query.flight, {
        position,
        work: (at) =>
          makeAndStore(query, request, at, make, (landed) => own.resolve({ landed, isOwn: true })),
        // Viewers share optimistically: what turned out PUBLIC is everybody's.
        accepts: ({ made: { policy }, subject: theirs }) =>
          theirs === subject || (policy?.storable === true && policy.scope === 'public'),
      })
      .then(({ result, isOwn }) => ({ landed: result, isOwn }));
    // Whoever does the work has the answer before it is stored.
    return Promise.race([own.promise, flown]);
  };

  return {
    async answer(request, make) {
      const query = await prepare(request);
      if (query.kind === 'bypass')
        return withCacheStatus(await make(), {
          kind: 'forwarded',
          because: 'bypass',
          stored: false,
          details: [query.reason],
        });
      const { noCache, noStore } = requestDirectives(request.headers['cache-control']);
      // Nor is work shared: what others began may be from before the client's own write.
      if (noStore || request.looksPastCache) {
        const landed = await makeAndStore(query, request, undefined, make, () => {});
        const details = [noStore ? 'no-store' : 'a write of this client is on its way'];
        return replyMade(query, request, { landed, isOwn: true }, { because: 'request', details });
      }

      const found = await lookup(query, request);
      if (found.hit && !noCache) {
        const reply = replyStored(query, request, found.answer);
        if (reply !== undefined) return reply;
      }
      const miss = missOf(found, noCache, describeTag);
      const expired = found.hit || noCache ? undefined : found.expired;
      const staleFor = expired === undefined ? undefined : staleAllowance(expired);

      if (expired !== undefined && staleFor?.whileRevalidating) {
        const stale = replyStored(query, request, expired);
        if (stale !== undefined) {
          // Nobody waits for it; who asks meanwhile joins it.
          void fly(query, request, found.position, make).catch(() => undefined);
          return stale;
        }
      }
      const flown = await fly(query, request, found.position, make);
      if (expired !== undefined && staleFor?.onError && hasFailed(flown.landed.made)) {
        // Rule 9: time expired it, but since it was found it may have been invalidated.
        const verdict = await cache.check(expired).catch(() => undefined);
        const stale = verdict?.valid === true ? replyStored(query, request, expired) : undefined;
        if (stale !== undefined) return stale;
      }
      return replyMade(query, request, flown, miss);
    },
  };
}

type Prepared = Query | { readonly kind: 'bypass'; readonly reason: BypassReason };

function missOf(found: Found, noCache: boolean, describeTag: DescribeTag): Miss {
  if (noCache || found.hit) return { because: 'request', details: ['no-cache'] };
  if (found.reason.kind === 'away') return { because: 'miss', details: ['the cache is away'] };
  return describeMiss(found.reason, describeTag);
}

function staleAllowance(answer: StoredAnswer): { whileRevalidating: boolean; onError: boolean } {
  const meta = readAnswerMeta(answer.meta);
  const lateMs = answer.ageMs - answer.freshMs;
  return {
    whileRevalidating: meta !== undefined && lateMs < meta.staleWhileRevalidateMs,
    onError: meta !== undefined && lateMs < meta.staleIfErrorMs,
  };
}

function hasFailed({ status, policy }: MadeAnswer): boolean {
  if (status >= 500) return true;
  return policy?.storable === false && (policy.reason === 'errors' || policy.reason === 'no-data');
}

function subjectOf({ viewer }: ClientRequest): string | null {
  return viewer?.subject ?? null;
}
