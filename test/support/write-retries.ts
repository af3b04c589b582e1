import { Registry } from 'prom-client';
import { createLogger } from '../../platform/logging.ts';
import { createWriteRetries, type WriteRetries } from '../../subgraphs/shared/write-retries.ts';

/** For a database whose retries nobody looks at. */
export function quietRetries(): WriteRetries {
  return createWriteRetries({
    registry: new Registry(),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
}
