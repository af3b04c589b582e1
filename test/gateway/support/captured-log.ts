import { pino } from 'pino';
import type { Logger } from '../../../platform/logging.ts';

export interface CapturedLog {
  readonly logger: Logger;
  readonly lines: Record<string, unknown>[];
  /** Resolves with the first line, written before or after the call, that fits; rejects when none comes. */
  line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
}

/** Far longer than anything takes; a line that is late fails its test with a message instead of a timeout. */
const patienceMs = 20_000;

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
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(fits);
          if (found === undefined) return;
          done();
          resolve(found);
        };
        const giveUp = setTimeout(() => {
          done();
          reject(new Error(`no such line among\n${lines.map((line) => JSON.stringify(line)).join('\n')}`));
        }, patienceMs);
        const done = () => {
          clearTimeout(giveUp);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
  };
}
