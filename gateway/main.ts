import { createLogger } from '../platform/logging.ts';
import { runService } from '../platform/run-service.ts';
import { readGatewayConfig } from './config.ts';
import { createGateway } from './gateway.ts';

await runService(() => {
  const config = readGatewayConfig(process.env);
  const logger = createLogger({ name: 'gateway', level: config.LOG_LEVEL });
  return { service: createGateway(config, { logger }), logger };
});
