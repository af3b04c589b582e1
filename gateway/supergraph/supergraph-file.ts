import type { SupergraphManager } from '@apollo/gateway';
import type { Logger } from '../../platform/logging.ts';
import { openFollowedFile } from '../followed-file.ts';

/**
 * Gives the gateway the supergraph in a file, and every later version of it (followed-file.ts). A version that can't be used is
 * refused with a line in the log, and the one before stays in service.
 *
 * @param options.accept throws when a text can't be used; called before the gateway takes it over.
 * @param options.onUse called when the gateway has taken it over; the next version is not looked for before it is done.
 * @param options.interval how often the file is looked at, in milliseconds
 */
export function createSupergraphFile(options: {
  path: string;
  accept: (supergraphSdl: string, phase: 'start' | 'reload') => Promise<void>;
  onUse: (supergraphSdl: string) => Promise<void>;
  logger: Logger;
  interval?: number;
}): SupergraphManager {
  const { path, accept, onUse, logger, interval } = options;

  return {
    async initialize({ update }) {
      const file = await openFollowedFile(path);
      await accept(file.text, 'start');
      const cleanup = file.follow({
        async take(text) {
          await accept(text, 'reload');
          update(text);
          await onUse(text);
          logger.info({ path }, 'took over a new supergraph');
        },
        failed: (error) =>
          logger.error(
            { err: error, path },
            'the new supergraph cannot be used: the one before stays in service',
          ),
        interval,
      });
      await onUse(file.text);
      return { supergraphSdl: file.text, cleanup };
    },
  };
}
