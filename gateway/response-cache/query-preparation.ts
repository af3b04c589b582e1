import type { WaitBudget } from '../../cache/wait-budget.ts';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import { cacheKeys } from './cache-keys.ts';
import type { ContentCoding } from './content-encoding.ts';
import { createNegotiation } from './negotiation.ts';
import type { AskedQuery, BypassReason, PreparedRequest, PreparedRequests } from './prepared-requests.ts';
import type { ClientRequest, Query } from './replies.ts';
import { hasPlainForm } from './request-form.ts';

/** Finds out whether a request is a query whose answer may be kept, and under which keys. */
export interface QueryPreparation {
  /** Mostly there is nothing to wait for, and a promise would cost each hit. */
  prepare(
    request: ClientRequest,
    budget: WaitBudget,
  ): PreparedQuery | Bypass | Promise<PreparedQuery | Bypass>;
  coding(request: ClientRequest): ContentCoding;
  /** Whoever asks it from now on looks for an answer of their own first. */
  learntPrivate(question: string): void;
}

type PreparedQuery = Query &
  Pick<Extract<PreparedRequest, { kind: 'query' }>, 'registers'> & { readonly asked: AskedQuery };
type Bypass = { readonly kind: 'bypass'; readonly reason: BypassReason };
type NeedsDocument = Extract<PreparedRequest, { kind: 'needs-document' }>;

/** Questions that are known to have PRIVATE answers; each entry counts as one. */
const rememberedPrivateQuestions = 50_000;

const invalidRequest: Bypass = { kind: 'bypass', reason: 'invalid-request' };

export function createQueryPreparation(deps: {
  /** Of the supergraph that is in service now. */
  preparedRequests: () => Pick<PreparedRequests, 'prepare'>;
  persistedDocument: (hash: string) => Promise<string | undefined>;
  /** Whether CDNs are offered the PUBLIC ones. */
  offersToCdns: boolean;
}): QueryPreparation {
  const { preparedRequests, persistedDocument, offersToCdns } = deps;
  const negotiation = createNegotiation();
  const privateQuestions = createBoundedMemo<true>(rememberedPrivateQuestions);

  const coding = (request: ClientRequest) => negotiation.coding(request.headers['accept-encoding']);

  /** What a persisted document's hash stands for is asked for, where the request doesn't say it. */
  const prepare = (request: ClientRequest, document?: string): PreparedQuery | Bypass | NeedsDocument => {
    const form = negotiation.acceptClass(request.method, request.headers.accept);
    if (form === undefined || !hasPlainForm(request.method, request.headers)) return invalidRequest;
    const prepared = preparedRequests().prepare(request.raw, form, document);
    if (prepared.kind !== 'query') return prepared;
    const { question, anonymousKeys, asked, registers } = prepared;
    const keys = request.viewer === null ? anonymousKeys : cacheKeys(question, request.viewer);
    const isPrivate = privateQuestions.get(question) === true;
    return {
      kind: 'query',
      form,
      question,
      keys,
      lookFor: isPrivate ? [keys.private, keys.public] : [keys.public, keys.private],
      flight: isPrivate ? keys.private : question,
      coding: coding(request),
      operationName: asked.operationName,
      asked,
      registers,
      offeredToCdns: offersToCdns,
    };
  };

  const prepareByHash = async (
    request: ClientRequest,
    hash: string,
    budget: WaitBudget,
  ): Promise<PreparedQuery | Bypass> => {
    const document = await budget.spend(() => persistedDocument(hash));
    const prepared = document === undefined ? invalidRequest : prepare(request, document);
    return prepared.kind === 'needs-document' ? invalidRequest : prepared;
  };

  return {
    prepare(request, budget) {
      const prepared = prepare(request);
      return prepared.kind === 'needs-document' ? prepareByHash(request, prepared.hash, budget) : prepared;
    },
    coding,
    learntPrivate: (question) => privateQuestions.set(question, true, 1),
  };
}
