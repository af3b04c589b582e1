import { portField, secretsField, serviceFields, urlField, wholeNumberField } from '../../platform/config.ts';

/** The environment variables of every subgraph. */
export function subgraphFields(ports: { port: number; adminPort: number }) {
  return {
    ...serviceFields,
    PORT: portField(ports.port),
    ADMIN_PORT: portField(ports.adminPort),
    DATABASE_URL: urlField('postgresql:', 'postgres:'),
    DATABASE_POOL_SIZE: wholeNumberField(10, { min: 1, max: 200 }),
    /** How long one SQL statement may take, in milliseconds; below the gateway's REQUEST_TIMEOUT_MS. */
    STATEMENT_TIMEOUT_MS: wholeNumberField(5_000, { min: 50, max: 60_000 }),
    SUBGRAPH_SECRET: secretsField(),
    /** Carries events between subgraphs that don't share a process. */
    REDIS_URL: urlField('redis:', 'rediss:', 'unix:').optional(),
  };
}
