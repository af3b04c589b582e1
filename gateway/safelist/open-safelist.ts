import { GraphQLError, parse } from 'graphql';
import { ConfigError } from '../../platform/config.ts';
import type { Logger } from '../../platform/logging.ts';
import type { GatewayConfig } from '../config.ts';
import { type FollowedFile, openFollowedFile } from '../followed-file.ts';
import { type ListedOperation, parseManifest } from '../operation-manifest.ts';
import { createSafelist, type Safelist } from './safelist.ts';

/**
 * The safelist as it is configured, which follows the changes of its file; undefined: there is none. A version that can't be used
 * is refused with a line in the log, and the one before holds.
 *
 * @throws ConfigError when it can't be used at the start
 */
export async function openSafelist(
  { SAFELIST: mode, SAFELIST_FILE: path }: Pick<GatewayConfig, 'SAFELIST' | 'SAFELIST_FILE'>,
  logger: Logger,
  opening: AsyncDisposableStack,
): Promise<Safelist | undefined> {
  if (mode === 'off') return undefined;
  if (path === undefined) throw new ConfigError('SAFELIST_FILE: must be set, or SAFELIST must be off');
  const file = await open(path);
  const safelist = createSafelist(readOperations(file.text, path), { mode, logger });
  opening.defer(
    file.follow({
      async take(text) {
        const operations = readOperations(text, path);
        safelist.replace(operations);
        logger.info({ path, operations: operations.length }, 'took over a new safelist');
      },
      failed: (error) =>
        logger.error(
          { err: error, path },
          'the new safelist cannot be used: the one before stays in service',
        ),
    }),
  );
  return safelist;
}

async function open(path: string): Promise<FollowedFile> {
  try {
    return await openFollowedFile(path);
  } catch (cause) {
    throw new ConfigError(`SAFELIST_FILE: ${path} cannot be read`, { cause });
  }
}

function readOperations(text: string, path: string): readonly ListedOperation[] {
  const operations = parseManifest(text, 'SAFELIST_FILE', path);
  const faulty = operations.findIndex(({ body }) => !isDocument(body));
  if (faulty >= 0)
    throw new ConfigError(`SAFELIST_FILE: ${path}: operations.${faulty}.body: is no GraphQL document`);
  return operations;
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
