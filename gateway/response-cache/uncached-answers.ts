import type { CachedAnswers } from './cached-answers.ts';
import type { QueryPreparation } from './query-preparation.ts';
import { replyUnkept } from './replies.ts';

/** What stands in front of the executor with `CACHE=off`: it finds nothing and keeps nothing, but knows what is asked for. */
export function createUncachedAnswers(deps: {
  queries: QueryPreparation;
  /** Never rejects. */
  registerDocument: (hash: string, text: string) => Promise<void>;
}): CachedAnswers {
  const { queries, registerDocument } = deps;
  return {
    async recall(request, budget) {
      const preparing = queries.prepare(request, budget);
      const query = preparing instanceof Promise ? await preparing : preparing;
      if (query.kind === 'query' && query.registers !== undefined)
        void registerDocument(query.registers.hash, query.registers.text);
      return {
        reply: undefined,
        asked: query.kind === 'query' ? query.asked : undefined,
        answer: async (make, gone) => replyUnkept(await make(gone), queries.coding(request)),
        abandon: () => {},
      };
    },
  };
}
