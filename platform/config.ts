import { z } from 'zod';

/** Thrown when the environment doesn't hold a usable configuration; the message lists every fault by variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a process' configuration from environment variables, once. Empty variables count as absent, so that
 * `REDIS_URL=` in an env file means the default.
 *
 * @throws ConfigError naming every variable that is missing or wrong, all together. Values are not repeated: they may
 * be secrets.
 */
export function readConfig<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `  ${path.join('.') || '(all)'}: ${message}`);
  throw new ConfigError(`The configuration has ${faults.length} fault(s):\n${faults.join('\n')}`);
}

const port = z.coerce
  .number('must be a port number')
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(65_535, 'must be 0 to 65535');

/** Port 0 lets the system choose a free one; tests do. */
export const portField = (fallback: number) => port.default(fallback);

export const wholeNumberField = (fallback: number, { min, max }: { min: number; max: number }) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
    .default(fallback);

/** An absolute URL with one of the given protocols, like `redis:`. */
export const urlField = (...protocols: string[]) =>
  z
    .string('must be set')
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );

/** Comma-separated values; spaces around them and empty ones are dropped. */
export const listField = () =>
  z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    );

/**
 * One or more shared secrets, comma-separated: the first signs, all verify, so that a secret is rotated without a
 * refused call. Short secrets are refused: a signature is only as strong as its key.
 */
export const secretsField = () =>
  z
    .string('must be set')
    .transform((value) => value.split(',').map((secret) => secret.trim()))
    .refine(
      (secrets): secrets is [string, ...string[]] => secrets.every((secret) => secret.length >= 32),
      'every secret must have at least 32 characters',
    );

/** What every service of the house reads from its environment. */
export const serviceFields = {
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
};
