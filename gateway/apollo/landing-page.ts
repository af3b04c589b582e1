import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GatewayContext } from '../context.ts';

/** Apollo Sandbox, opened on the example. The page loads from Apollo's CDN, into the browser. */
export function sandboxPage(exampleDocument: string | undefined): ApolloServerPlugin<GatewayContext> {
  return ApolloServerPluginLandingPageLocalDefault({
    embed: { runTelemetry: false },
    includeCookies: false,
    footer: false,
    ...(exampleDocument === undefined ? {} : { document: exampleDocument }),
  });
}

/** What a person sees who opens the endpoint of a production system in a browser. */
export const plainPage: ApolloServerPlugin<GatewayContext> = {
  async serverWillStart() {
    return {
      async renderLandingPage() {
        return {
          html: '<!doctype html><html lang="en"><meta charset="utf-8"><title>GraphQL</title><p>This is a GraphQL endpoint. Send it operations with POST and Content-Type: application/json.</p></html>',
        };
      },
    };
  },
};
