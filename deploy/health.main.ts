import { get } from 'node:http';

/**
 * The image's health check: exits 0 when the service in this container answers on its admin port, 1 when it says
 * otherwise, nothing or nothing in time. The image has no curl to do it.
 */
const port = process.env.ADMIN_PORT || '4100';
const timeoutMs = 2_000;

get({ host: '127.0.0.1', port, path: '/health/live', agent: false, timeout: timeoutMs }, (answer) =>
  process.exit(answer.statusCode === 200 ? 0 : 1),
)
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
