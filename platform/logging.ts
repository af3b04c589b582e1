import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Headers and fields that carry secrets; pino replaces them wherever a log line would show them. */
const secretPaths = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.token',
  '*.refreshToken',
  '*.accessToken',
];

/** Lines are gathered for so many milliseconds, or until there are so many bytes: to write takes longer than to make a line. */
const gatherMs = 25;
const gatherBytes = 4_096;

/** One JSON line per event on standard output; `name` says which service wrote it. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths: secretPaths, censor: '[secret]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    gatheredOutput(),
  );
}

/** What is left when the process exits is written then, and a fatal line, with all before it, before anything else happens. */
function gatheredOutput(): DestinationStream & { flushSync(): void } {
  const output = pino.destination({ sync: false, minLength: gatherBytes });
  let willFlush = false;
  const flush = () => {
    willFlush = false;
    output.flush();
  };
  return {
    write(line) {
      output.write(line);
      if (willFlush) return;
      willFlush = true;
      setTimeout(flush, gatherMs).unref();
    },
    flushSync: () => output.flushSync(),
  };
}
