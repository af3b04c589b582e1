import { GraphQLError, parse } from 'graphql';
import { ConfigError } from '../../platform/config.ts';
import type { Logger } from '../../platform/logging.ts';
import type { GatewayConfig } from '../config.ts';
import { readManifest } from '../operation-manifest.ts';
import { createSafelist, type Safelist } from './safelist.ts';

/**
 * The safelist as it is configured; undefined: there is none. It is read at the start only, because it goes with a release of
 * clients: a list that changes by itself would let one gateway refuse what another has just allowed.
 *
 * @throws ConfigError when it can't be used
 */
export async function openSafelist(
  { SAFELIST: mode, SAFELIST_FILE: path }: Pick<GatewayConfig, 'SAFELIST' | 'SAFELIST_FILE'>,
  logger: Logger,
): Promise<Safelist | undefined> {
  if (mode === 'off') return undefined;
  if (path === undefined) throw new ConfigError('SAFELIST_FILE: must be set, or SAFELIST must be off');
  const operations = await readManifest('SAFELIST_FILE', path);
  const faulty = operations.findIndex(({ body }) => !isDocument(body));
  if (faulty >= 0)
    throw new ConfigError(`SAFELIST_FILE: ${path}: operations.${faulty}.body: is no GraphQL document`);
  return createSafelist(operations, { mode, logger });
}

function isDocument(text: string): boolean {
  try {
    parse(text, { noLocation: true });
    return true;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}
