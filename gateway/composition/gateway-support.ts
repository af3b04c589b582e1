import { Kind, parse } from 'graphql';
import { loadApolloGateway } from '../apollo/load-apollo-gateway.ts';

/** Features that compose and that the gateway then refuses, or passes over: what they promise would not happen. */
const unsupportedFeatures: Readonly<Record<string, string>> = {
  'https://specs.apollo.dev/authenticated': '@authenticated',
  'https://specs.apollo.dev/requiresScopes': '@requiresScopes',
  'https://specs.apollo.dev/policy': '@policy',
  'https://specs.apollo.dev/context': '@context and @fromContext',
  'https://specs.apollo.dev/cacheTag': '@cacheTag',
  'https://specs.apollo.dev/connect': '@connect and @source',
};

/** What in a supergraph the gateway can't run, in words for people; empty when it can run all of it. */
export async function unsupportedParts(supergraphSdl: string): Promise<string[]> {
  const named = [...namedParts(supergraphSdl)];
  if (named.length > 0) return named;
  // The list above may be out of date; the gateway itself is not.
  const { ApolloGateway } = await loadApolloGateway();
  const gateway = new ApolloGateway({
    supergraphSdl,
    validateSupergraph: true,
    buildService: () => ({ process: () => Promise.reject(new Error('only loading')) }),
    logger: silentLogger,
  });
  try {
    await gateway.load();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    await gateway.stop();
  }
}

function* namedParts(supergraphSdl: string): Generator<string> {
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const { operation } of definition.operationTypes)
      if (operation === 'subscription') yield 'subscriptions';
    for (const directive of definition.directives ?? []) {
      const url = directive.arguments?.find(({ name }) => name.value === 'url')?.value;
      if (directive.name.value !== 'link' || url?.kind !== Kind.STRING) continue;
      const identity = url.value.slice(0, url.value.lastIndexOf('/'));
      const feature = unsupportedFeatures[identity];
      if (feature !== undefined) yield `${feature} (${url.value})`;
    }
  }
}

const silent = () => undefined;
const silentLogger = { debug: silent, info: silent, warn: silent, error: silent };
