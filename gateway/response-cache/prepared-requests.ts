import type { GraphQLSchema } from 'graphql';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import type { Variables } from '../cost/amount.ts';
import type { OperationCosts } from '../cost/operation-cost.ts';
import { judgeDocument } from '../limits/judge-document.ts';
import { judgeRequest } from '../limits/judge-request.ts';
import type { Limits } from '../limits/limits.ts';
import { refuse } from '../limits/on-exceeded.ts';
import type { AcceptClass } from './accept-class.ts';
import { type CacheKeys, cacheKeys, questionKey } from './cache-keys.ts';
import { canonicalVariables } from './canonical-variables.ts';
import { type GraphqlRequest, type RawRequest, readGraphqlRequest } from './graphql-request.ts';
import { type NormalizedOperation, normalizeDocument } from './normalize-document.ts';

/** Why a request has nothing to do with the cache, and goes to Apollo Server as it is. */
export type BypassReason = 'mutation' | 'subscription' | 'introspection' | 'invalid-request';

export type PreparedRequest =
  | {
      readonly kind: 'query';
      /** For {@link cacheKeys}. */
      readonly question: string;
      /** Of those who aren't signed in: most clients, and to write and hash them takes time of each hit. */
      readonly anonymousKeys: CacheKeys;
      readonly asked: AskedQuery;
      /**
       * A document that came with its hash, to be known by it from now on. Apollo does that on a miss; on a hit
       * somebody has to.
       */
      readonly registers: { readonly hash: string; readonly text: string } | undefined;
    }
  | { readonly kind: 'bypass'; readonly reason: BypassReason; readonly operationName: string | undefined }
  /** Prepare it again, with the document that is known by this hash. */
  | { readonly kind: 'needs-document'; readonly hash: string };

/** A query that is valid and within all limits. */
export interface AskedQuery {
  /** That it was validated against. */
  readonly schema: GraphQLSchema;
  /** Its document. */
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
  /** In what form it is answered. */
  readonly form: AcceptClass;
  /** Estimated, in points: what executing it would cost. */
  readonly cost: number;
}

/** Finds out what a request asks for. Made anew for every supergraph: nothing known of one holds for another. */
export interface PreparedRequests {
  /** @param document the text that a persisted query's hash stands for */
  prepare(request: RawRequest, acceptClass: AcceptClass, document?: string): PreparedRequest;
  /** Looks into a document ahead of the first who asks for it. */
  learn(document: string): void;
}

/** What remembering costs besides the text itself and what was read from it, roughly, in bytes. */
const entryOverhead = 600;

/** So many questions are known to have been asked. */
export const knownQuestions = 5_000;

/** What the same bytes ask for: in an address or in a body, to be answered in one form or the other. */
type PreparedForms = { readonly [Form in AcceptClass | `search ${AcceptClass}`]?: PreparedRequest };

type KnownDocument =
  | {
      readonly text: string;
      readonly operations: readonly NormalizedOperation[];
      readonly pageVariables: ReadonlySet<string>;
    }
  | 'refused';

export function createPreparedRequests(options: {
  /** What clients see, which documents are validated against. */
  schema: GraphQLSchema;
  supergraphHash: string;
  release: string;
  costs: OperationCosts;
  limits: Limits;
  /** Requests that are recognised without being parsed take so much memory at most; as much again do documents. */
  memoryBytes: number;
}): PreparedRequests {
  const { schema, supergraphHash, release, costs, limits, memoryBytes } = options;
  // What is let pass is logged by whoever executes it.
  const onExceeded = limits.mode === 'enforce' ? refuse : () => {};
  const requests = createBoundedMemo<PreparedForms>(memoryBytes);
  const documents = createBoundedMemo<KnownDocument>(memoryBytes);
  // Many questions are asked once only. To remember those would take longer than to parse the others a second time, and push them out.
  const asked = createBoundedMemo<true>(knownQuestions);
  let safelistEdition = limits.safelist?.edition;

  /** What one safelist refuses, the next may allow, and the other way round. */
  const forgetFormerSafelist = () => {
    if (limits.safelist?.edition === safelistEdition) return;
    safelistEdition = limits.safelist?.edition;
    requests.clear();
    documents.clear();
  };

  const know = (text: string): KnownDocument => {
    const known = documents.get(text);
    if (known !== undefined) return known;
    // Limits first: validation is what hostile documents aim at.
    const verdict = judgeDocument(text, limits);
    const operations = verdict.refusal === undefined ? normalizeDocument(text, schema, costs) : undefined;
    const found: KnownDocument =
      operations === undefined || verdict.refusal !== undefined
        ? 'refused'
        : { text, operations, pageVariables: verdict.pageVariables };
    // Two bytes a character.
    documents.set(text, found, 2 * text.length + entryOverhead);
    return found;
  };

  const prepareParsed = (
    request: GraphqlRequest,
    text: string,
    acceptClass: AcceptClass,
  ): PreparedRequest => {
    const { operationName, variables, persistedHash } = request;
    const bypass = (reason: BypassReason) => ({ kind: 'bypass', reason, operationName }) as const;
    const document = know(text);
    if (document === 'refused') return bypass('invalid-request');
    const operation = chooseOperation(document.operations, operationName);
    if (operation === undefined) return bypass('invalid-request');
    if (operation.type !== 'query') return bypass(operation.type);
    if (operation.introspects) return bypass('introspection');
    const cost = judgeRequest({ pageVariables: document.pageVariables, cost: operation.cost }, variables, {
      limits,
      onExceeded,
    });
    const question = questionKey({
      supergraphHash,
      release,
      operationHash: operation.hash,
      variables: canonicalVariables(operation.variables, variables),
      acceptClass,
    });
    return {
      kind: 'query',
      question,
      anonymousKeys: cacheKeys(question, null),
      // Requests that ask the same share one text.
      asked: {
        schema,
        text: document.text,
        operationName: operation.name,
        variables,
        form: acceptClass,
        cost,
      },
      registers:
        persistedHash !== undefined && request.query !== undefined
          ? { hash: persistedHash, text }
          : undefined,
    };
  };

  const remember = (bytes: string, forms: PreparedForms, question: string) => {
    if (asked.get(question) === undefined) {
      asked.set(question, true, 1);
      return;
    }
    // Each form has its own variables.
    const count = Object.keys(forms).length;
    requests.set(bytes, forms, (2 + count) * bytes.length + count * entryOverhead);
  };

  return {
    prepare(raw, acceptClass, document) {
      forgetFormerSafelist();
      // Latin-1 has one character for each byte: different bytes, different texts.
      const bytes = raw.method === 'GET' ? raw.search : raw.body.toString('latin1');
      // Not part of the key: that would be written anew, byte by byte, for each request.
      const form = raw.method === 'GET' ? (`search ${acceptClass}` as const) : acceptClass;
      const forms = requests.get(bytes);
      const known = forms?.[form];
      if (known !== undefined) return known;

      const request = readGraphqlRequest(raw);
      if (request === undefined)
        return { kind: 'bypass', reason: 'invalid-request', operationName: undefined };
      const text = request.query ?? document;
      if (text === undefined) return { kind: 'needs-document', hash: request.persistedHash ?? '' };
      let prepared: PreparedRequest;
      try {
        prepared = prepareParsed(request, text, acceptClass);
      } catch {
        // Beyond a limit, or variables nested too deeply to be written: whoever answers says what is wrong with it.
        return { kind: 'bypass', reason: 'invalid-request', operationName: request.operationName };
      }
      // Mutations are hardly ever repeated to the letter, and hold passwords.
      if (prepared.kind === 'query' && prepared.registers === undefined)
        remember(bytes, { ...forms, [form]: prepared }, prepared.question);
      return prepared;
    },
    learn: know,
  };
}

/** The spec's GetOperation. */
function chooseOperation(
  operations: readonly NormalizedOperation[],
  name: string | undefined,
): NormalizedOperation | undefined {
  if (name !== undefined) return operations.find((operation) => operation.name === name);
  return operations.length === 1 ? operations[0] : undefined;
}
