import { isIP } from 'node:net';
import { z } from 'zod';
import {
  listField,
  portField,
  readConfig,
  secretsField,
  serviceFields,
  urlField,
  wholeNumberField,
} from '../platform/config.ts';

const schema = z.object({
  ...serviceFields,
  PORT: portField(4000),
  ADMIN_PORT: portField(4100),
  SUPERGRAPH_FILE: z.string().default('supergraph.graphql'),
  /** Where each subgraph is, by name; wins over the routing URL in the supergraph. */
  SUBGRAPH_URLS: listField().transform(readSubgraphUrls),
  SUBGRAPH_SECRET: secretsField(),
  /** Whether operations that wait for the same subgraph are sent together, to subgraphs that say they read that. */
  ENVELOPE: z.enum(['on', 'off']).default('on'),
  JWKS_URL: urlField('http:', 'https:').default('http://localhost:4001/.well-known/jwks.json'),
  JWT_ISSUER: z.string().default('http://localhost:4001'),
  JWT_AUDIENCE: z.string().default('supergraph'),
  CORS_ORIGINS: listField().refine((origins) => origins.every(isOrigin), {
    error: 'must be origins like https://app.example.com, without a path',
  }),
  TRUSTED_PROXIES: listField().refine((proxies) => proxies.every(isProxy), {
    error: 'must be addresses, CIDR ranges, loopback, linklocal or uniquelocal',
  }),
  REDIS_URL: urlField('redis:', 'rediss:', 'unix:').optional(),
  /** Points of cost for each client, over all gateways; and as many hits on each. */
  RATE_LIMIT_PER_MINUTE: wholeNumberField(60_000, { min: 1, max: 1_000_000_000_000 }),
  /** How long one request may take, subgraphs included, in milliseconds. */
  REQUEST_TIMEOUT_MS: wholeNumberField(10_000, { min: 100, max: 120_000 }),
  MAX_DOCUMENT_TOKENS: wholeNumberField(2_000, { min: 10, max: 100_000 }),
  MAX_DOCUMENT_DEPTH: wholeNumberField(15, { min: 1, max: 100 }),
  /** What one operation may cost, estimated before it is executed, in points: see docs/limits.md. */
  MAX_OPERATION_COST: wholeNumberField(10_000, { min: 1, max: 1_000_000_000 }),
  /** Whether what is beyond a limit is refused, or logged and let pass. */
  LIMITS: z.enum(['enforce', 'warn']).default('enforce'),
  /** Operations in execution; one more is refused with 503. What the cache answers doesn't count. */
  MAX_OPERATIONS_IN_FLIGHT: wholeNumberField(1_000, { min: 1, max: 1_000_000 }),
  /** How late the event loop may be on average of half a second, twice in a row, in milliseconds, before operations are refused. */
  MAX_EVENT_LOOP_DELAY_MS: wholeNumberField(1_000, { min: 1, max: 60_000 }),
  /** Whether documents that are not in SAFELIST_FILE are refused, or logged and let pass. */
  SAFELIST: z.enum(['off', 'log', 'enforce']).default('off'),
  /** A manifest of persisted queries, in Apollo's format. */
  SAFELIST_FILE: z.string().optional(),
  /** A manifest of persisted queries, in Apollo's format: operations that are planned before they are asked for. */
  WARM_UP_FILE: z.string().optional(),
  /** What executes query plans: Apollo's executor, or ours on compiled plans. */
  EXECUTOR: z.enum(['stock', 'compiled']).default('compiled'),
  CACHE: z.enum(['on', 'off']).default('on'),
  /** How old, in milliseconds, a gateway's knowledge of invalidations may be; 0: it asks for every request. */
  CACHE_MAX_LAG_MS: wholeNumberField(0, { min: 0, max: 60_000 }),
  /** Of cached answers, in this process' memory; 0: each hit is fetched from Redis. */
  CACHE_LOCAL_MB: wholeNumberField(128, { min: 0, max: 65_536 }),
  /** Whether a CDN is told how long it may keep answers that are for everybody, and by which tags to purge them. */
  CACHE_CDN: z.enum(['on', 'off']).default('off'),
  /** Part of every key: a new one leaves all that was kept behind. */
  CACHE_RELEASE: z.string().optional(),
  /** Opens POST /cache/invalidate on the admin port; without one it is closed. */
  INVALIDATION_SECRET: secretsField().optional(),
  /** A file with the operation that the Sandbox opens with. */
  EXAMPLE_DOCUMENT_FILE: z.string().optional(),
});

export type GatewayConfig = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  return readConfig(schema, env);
}

function readSubgraphUrls(pairs: string[], context: z.RefinementCtx): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  for (const pair of pairs) {
    const [, name, url] = /^([^=]+)=(https?:.+)$/.exec(pair) ?? [];
    if (name === undefined || url === undefined || !URL.canParse(url))
      context.addIssue({ code: 'custom', message: 'must be pairs like products=http://host:4001/graphql' });
    else if (urls.has(name)) context.addIssue({ code: 'custom', message: `names ${name} twice` });
    else urls.set(name, url);
  }
  return urls;
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

function isProxy(value: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(value)) return true;
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
