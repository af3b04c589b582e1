import { type Secrets, signCall } from '../../platform/signed-call.ts';
import type { Viewer } from '../../platform/viewer.ts';

/** What a subgraph said, as it came over HTTP. */
interface SubgraphAnswer {
  readonly status: number;
  readonly body: {
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which each test knows.
    readonly data?: any;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: readonly (string | number)[];
      readonly extensions?: { readonly code?: string };
    }[];
    readonly extensions?: {
      readonly apolloCacheTags?: readonly string[];
      readonly apolloEntityCacheTags?: readonly (readonly string[])[];
    };
  };
  readonly cacheControl: string | null;
}

export interface SignedClient {
  /** Sends one operation the way the gateway does: signed, on behalf of the viewer (null: of nobody), for that address. */
  call(
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer | null,
    clientAddress?: string,
  ): Promise<SubgraphAnswer>;
}

/** Stands in for the gateway in tests of one subgraph. `url` is the service's own, `/graphql` included. */
export function createSignedClient(subgraph: { name: string; url: string; secret: string }): SignedClient {
  const { name, url, secret } = subgraph;
  const secrets: Secrets = [secret];
  return {
    async call(query, variables = {}, viewer = null, clientAddress = undefined) {
      const body = JSON.stringify({ query, variables });
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          ...signCall({ secrets, audience: name, viewer, clientAddress, body, now: Date.now() }),
        },
        body,
      });
      return {
        status: response.status,
        body: (await response.json()) as SubgraphAnswer['body'],
        cacheControl: response.headers.get('cache-control'),
      };
    },
  };
}
