import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from '../../platform/logging.ts';
import type { GatewayContext } from '../context.ts';
import type { Limits } from '../limits/limits.ts';
import type { PersistedQueryStore } from '../persisted-query-store.ts';
import type { FederatedGateway } from '../supergraph/federated-gateway.ts';
import { answerPolicyPlugin } from './answer-policy.ts';
import { createErrorMasking } from './error-masking.ts';
import type { KnownDocuments } from './known-documents.ts';
import { plainPage, sandboxPage } from './landing-page.ts';
import { operationFactsPlugin } from './operation-facts.ts';
import { createOperationRules } from './operation-rules.ts';
import { valueCompletionPlugin } from './value-completion.ts';

/** Apollo Server over a gateway, with everything on that production needs and nothing that shows more than it should. */
export function createApolloServer(options: {
  gateway: FederatedGateway;
  logger: Logger;
  limits: Limits;
  knownDocuments: KnownDocuments;
  persistedQueries: PersistedQueryStore;
  /** Sandbox, introspection and suggestions in error messages: for people who build clients, not for production. */
  explorable: boolean;
  exampleDocument: string | undefined;
}): ApolloServer<GatewayContext> {
  const { gateway, logger, limits, knownDocuments, persistedQueries, explorable, exampleDocument } = options;
  const masking = createErrorMasking(logger);
  const plugins: ApolloServerPlugin<GatewayContext>[] = [
    answerPolicyPlugin,
    operationFactsPlugin,
    createOperationRules(limits, knownDocuments),
    masking.plugin,
    valueCompletionPlugin,
    explorable ? sandboxPage(exampleDocument) : plainPage,
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ];
  return new ApolloServer<GatewayContext>({
    gateway,
    logger,
    plugins,
    documentStore: knownDocuments.store,
    formatError: masking.formatError,
    persistedQueries: { cache: persistedQueries, ttl: persistedQueries.ttl },
    csrfPrevention: true,
    introspection: explorable,
    hideSchemaDetailsFromClientErrors: !explorable,
    includeStacktraceInErrorResponses: false,
    // Whoever runs this service handles signals.
    stopOnTerminationSignals: false,
  });
}
