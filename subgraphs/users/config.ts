import { z } from 'zod';
import { readConfig, wholeNumberField } from '../../platform/config.ts';
import { subgraphFields } from '../shared/config.ts';
import { signingKeysField } from './signing-keys.ts';

const schema = z.object({
  ...subgraphFields({ port: 4001, adminPort: 4101 }),
  JWT_SIGNING_KEY: signingKeysField(),
  JWT_ISSUER: z.string().default('http://localhost:4001'),
  JWT_AUDIENCE: z.string().default('supergraph'),
  /** Passwords that one address may try on one account in a window: see attempts.ts. */
  SIGN_IN_ATTEMPTS: wholeNumberField(10, { min: 1, max: 1_000_000 }),
  SIGN_IN_WINDOW_S: wholeNumberField(900, { min: 1, max: 86_400 }),
});

export type UsersConfig = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export function readUsersConfig(env: NodeJS.ProcessEnv): UsersConfig {
  return readConfig(schema, env);
}
