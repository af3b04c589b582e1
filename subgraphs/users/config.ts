import { z } from 'zod';
import { readConfig } from '../../platform/config.ts';
import { subgraphFields } from '../shared/config.ts';
import { signingKeysField } from './signing-keys.ts';

const schema = z.object({
  ...subgraphFields({ port: 4001, adminPort: 4101 }),
  JWT_SIGNING_KEY: signingKeysField(),
  JWT_ISSUER: z.string().default('http://localhost:4001'),
  JWT_AUDIENCE: z.string().default('supergraph'),
});

export type UsersConfig = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export function readUsersConfig(env: NodeJS.ProcessEnv): UsersConfig {
  return readConfig(schema, env);
}
