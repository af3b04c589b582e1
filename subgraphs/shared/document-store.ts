import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';

/** Characters of document text whose parsed and validated form is remembered; a parsed one takes some 80 bytes for each. */
const rememberedText = 100_000;

/**
 * Where Apollo Server remembers documents. Queries that come again are known in compiled form (compiled/known-queries.ts), so
 * this is for mutations mostly. Its own store counts JSON, 30 MB of it, which are a multiple of that in memory.
 */
export function createDocumentStore(): NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  const documents = createBoundedMemo<DocumentNode>(rememberedText);
  return {
    get: async (key) => documents.get(key),
    async set(key, document) {
      documents.set(key, document, document.loc?.source.body.length ?? rememberedText);
    },
    async delete(key) {
      documents.delete(key);
    },
  };
}
