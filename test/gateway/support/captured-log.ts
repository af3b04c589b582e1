import { pino } from 'pino';
import type { Logger } from '../../../platform/logging.ts';

export interface CapturedLog {
  readonly logger: Logger;
  readonly lines: Record<string, unknown>[];
  /** Resolves with the first line, written before or after the call, that fits. */
  line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
}

/** A logger whose lines a test can read and wait for. */
export function captureLog(): CapturedLog {
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const logger = pino(
    { level: 'debug' },
    {
      write(text: string) {
        lines.push(JSON.parse(text));
        for (const look of waiting) look();
      },
    },
  );
  return {
    logger,
    lines,
    line: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = lines.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
