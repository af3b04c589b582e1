import { readFile, stat } from 'node:fs/promises';
import type { SupergraphManager } from '@apollo/gateway';
import type { Logger } from '../../platform/logging.ts';

/** How often the file's metadata is looked at, in milliseconds. */
const defaultInterval = 500;

/**
 * Gives the gateway the supergraph in a file, and every later version of it. A version that can't be used is refused
 * with a line in the log, and the one before stays in service.
 *
 * The file is watched by polling its metadata: that notices files replaced by rename and Kubernetes' swapped symbolic
 * links, and works on network file systems and bind mounts, where change events don't.
 *
 * @param options.accept throws when a text can't be used; called before the gateway takes it over.
 * @param options.onUse called when the gateway has taken it over; the next version is not looked for before it is done.
 */
export function createSupergraphFile(options: {
  path: string;
  accept: (supergraphSdl: string, phase: 'start' | 'reload') => Promise<void>;
  onUse: (supergraphSdl: string) => Promise<void>;
  logger: Logger;
  interval?: number;
}): SupergraphManager {
  const { path, accept, onUse, logger, interval = defaultInterval } = options;

  return {
    async initialize({ update }) {
      // The metadata is read first: whatever changes after it is noticed.
      let seen = await fingerprint(path);
      let latest = await readFile(path, 'utf8');
      await accept(latest, 'start');

      const look = async () => {
        try {
          const found = await fingerprint(path);
          if (found === seen) return;
          seen = found;
          const text = await readFile(path, 'utf8');
          if (text === latest) return;
          latest = text;
          await accept(text, 'reload');
          update(text);
          await onUse(text);
          logger.info({ path }, 'took over a new supergraph');
        } catch (error) {
          logger.error(
            { err: error, path },
            'the new supergraph cannot be used: the one before stays in service',
          );
        }
      };
      let looking: Promise<void> | undefined;
      const timer = setInterval(() => {
        looking ??= look().finally(() => {
          looking = undefined;
        });
      }, interval).unref();

      await onUse(latest);
      return {
        supergraphSdl: latest,
        cleanup: async () => {
          clearInterval(timer);
          await looking;
        },
      };
    },
  };
}

/** Changes whenever the file is written or replaced. 'none' when there is no file: said once, not at every look. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    return 'none';
  }
}
