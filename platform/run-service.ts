import { ConfigError } from './config.ts';
import type { Logger } from './logging.ts';
import { requireNode } from './run-command.ts';
import type { Service } from './service.ts';

/**
 * Runs a service as this process: starts it, stops it on SIGTERM or SIGINT, exits 0 after a clean stop and 1 when it
 * could not start or stop. A second signal ends the process at once.
 */
export async function runService(create: () => { service: Service; logger: Logger }): Promise<void> {
  requireNode();
  const { service, logger } = orExit(create);
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    try {
      await service.drain();
      await service.stop();
      logger.info('stopped');
      process.exit(0);
    } catch (error) {
      logger.fatal({ err: error }, 'did not stop cleanly');
      process.exit(1);
    }
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
  try {
    await service.start();
    logger.info({ url: service.url, adminUrl: service.adminUrl }, 'started');
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
}

function orExit<T>(create: () => T): T {
  try {
    return create();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
