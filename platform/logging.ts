import { type Logger, pino } from 'pino';

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

/** One JSON line per event on standard output; `name` says which service wrote it. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    redact: { paths: secretPaths, censor: '[secret]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
